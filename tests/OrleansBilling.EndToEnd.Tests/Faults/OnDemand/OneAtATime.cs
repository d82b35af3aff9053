namespace OrleansBilling.EndToEnd.Tests.Faults.OnDemand;

/// <summary>What takes the machine in hand has it for itself, and a cluster of its own each time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneAtATime
{
    public const string Name = "One at a time";
}
