namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>A guard taken away, to see that the simulation notices.</summary>
internal enum Sabotage
{
    None,

    /// <summary>The storage neither knows nor compares operation ids.</summary>
    OperationsNotUnique,

    /// <summary>The storage writes whatever version a step started from.</summary>
    VersionsNotCompared,

    /// <summary>VMs obey without asking whether the order still holds.</summary>
    OrdersNotAsked,

    /// <summary>VMs count a quarter hour at each tick instead of reading their history.</summary>
    TicksCounted,
}
