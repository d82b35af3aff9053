namespace OrleansBilling.Domain.Vms;

/// <summary>The statuses of a GPU VM (policy 3.2).</summary>
public enum VmStatus
{
    /// <summary>Admitted; the platform is making it.</summary>
    Creating = 1,

    /// <summary>Powered on. Billed.</summary>
    Running = 2,

    /// <summary>On its way to Stopped.</summary>
    Stopping = 3,

    /// <summary>Powered off; its data and its place are kept. Billed in full (policy 3.2, 4.4).</summary>
    Stopped = 4,

    /// <summary>On its way from Stopped to Running.</summary>
    Starting = 5,

    /// <summary>On its way from Running to Running.</summary>
    Rebooting = 6,

    /// <summary>Being deleted; nothing is billed from here on (policy 3.10).</summary>
    Deleting = 7,

    /// <summary>Gone with all its data. Final (E10).</summary>
    Deleted = 8,

    /// <summary>The platform reports a failure. Not billed.</summary>
    Error = 9,
}
