namespace OrleansBilling.Grains;

/// <summary>Names under which a silo registers what the grains use.</summary>
public static class StorageNames
{
    /// <summary>The storage of grain state that is not in the ledger.</summary>
    public const string State = "state";
}
