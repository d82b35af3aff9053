namespace OrleansBilling.Domain.Vms;

/// <summary>The table of statuses, requests and reports (E10).</summary>
public static class Transitions
{
    /// <summary>Billed at the full price: Running and Stopped, no other (policy 3.2).</summary>
    public static bool IsBilled(this VmStatus status) => status is VmStatus.Running or VmStatus.Stopped;

    /// <summary>Its deletion has begun or is done: it counts for nothing any more (policy 4.2).</summary>
    public static bool IsBeingDeleted(this VmStatus status) => status is VmStatus.Deleting or VmStatus.Deleted;

    /// <summary>Will be Running without another request (policy 4.5).</summary>
    public static bool IsOnItsWayToRunning(this VmStatus status) => status is VmStatus.Creating or VmStatus.Starting or VmStatus.Rebooting;

    /// <summary>Below one hour's cost these are refused and no others (policy 4.1, 4.2; E8).</summary>
    public static bool NeedsCredit(this VmRequest request) => request is VmRequest.Create or VmRequest.PowerOn or VmRequest.Reboot;

    /// <summary>Whether the status allows the request of an existing VM.</summary>
    public static bool Allows(this VmStatus status, VmRequest request) => request switch
    {
        VmRequest.PowerOn => status is VmStatus.Stopped,
        VmRequest.PowerOff or VmRequest.Reboot => status is VmStatus.Running,
        VmRequest.Delete => !status.IsBeingDeleted(),
        _ => false,
    };

    /// <summary>The status in which the VM is while the platform carries the request out.</summary>
    public static VmStatus Underway(this VmRequest request) => request switch
    {
        VmRequest.Create => VmStatus.Creating,
        VmRequest.PowerOn => VmStatus.Starting,
        VmRequest.Reboot => VmStatus.Rebooting,
        VmRequest.PowerOff => VmStatus.Stopping,
        VmRequest.Delete => VmStatus.Deleting,
        _ => throw new ArgumentOutOfRangeException(nameof(request), request, "Not a request."),
    };

    /// <summary>The status in which the VM is when the platform has carried the request out.</summary>
    public static VmStatus Done(this VmRequest request) => request switch
    {
        VmRequest.PowerOff => VmStatus.Stopped,
        VmRequest.Delete => VmStatus.Deleted,
        VmRequest.Create or VmRequest.PowerOn or VmRequest.Reboot => VmStatus.Running,
        _ => throw new ArgumentOutOfRangeException(nameof(request), request, "Not a request."),
    };

    /// <summary>
    /// Whether the platform may report a status after another: any but a second beginning, until deletion begins; then only its end.
    /// </summary>
    public static bool MayBecome(this VmStatus from, VmStatus to) =>
        from == VmStatus.Deleting ? to == VmStatus.Deleted : from != VmStatus.Deleted && to != VmStatus.Creating && to != from;
}
