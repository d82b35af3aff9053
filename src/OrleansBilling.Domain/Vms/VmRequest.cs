namespace OrleansBilling.Domain.Vms;

/// <summary>What a tenant, or a stored order, asks of a VM.</summary>
public enum VmRequest
{
    /// <summary>Make it. Refused below one hour's cost (policy 4.1).</summary>
    Create = 1,

    /// <summary>Start it again. Refused below one hour's cost.</summary>
    PowerOn = 2,

    /// <summary>Restart it. Refused below one hour's cost.</summary>
    Reboot = 3,

    /// <summary>Stop it, keeping its data. Never refused for lack of money (policy 4.2).</summary>
    PowerOff = 4,

    /// <summary>Destroy it with all its data. Never refused for lack of money.</summary>
    Delete = 5,
}
