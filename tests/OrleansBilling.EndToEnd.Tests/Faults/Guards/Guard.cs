namespace OrleansBilling.EndToEnd.Tests.Faults.Guards;

/// <summary>What keeps an invariant, and can be taken away to see that the checker notices.</summary>
internal enum Guard
{
    /// <summary>Nothing is taken away; what a test does to be seen without a guard happens all the same.</summary>
    None,

    /// <summary>An operation id is known and compared (M5).</summary>
    UniqueOperation,

    /// <summary>A commit names the version that it read (C1).</summary>
    ComparedVersion,

    /// <summary>A VM asks whether its order still holds (E3).</summary>
    AskedOrder,

    /// <summary>Usage follows from the recorded statuses (M4).</summary>
    UsageFromHistory,
}
