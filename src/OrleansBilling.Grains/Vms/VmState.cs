using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Grains.Vms;

/// <summary>A VM as it is stored. Units are in the names; statuses and requests are numbers whose meaning is fixed in the domain.</summary>
public sealed class VmState
{
    /// <summary>There are few codes and many VMs: all share one text.</summary>
    public string Package { get; set => field = string.Intern(value); } = "";

    public string Name { get; set; } = "";

    public bool Locked { get; set; }

    public bool AutoResume { get; set; }

    /// <summary>Rises with every change of the history: of two readings the one with the higher revision is the later.</summary>
    public int Revision { get; set; }

    public List<StoredStatus> History { get; set; } = [];

    /// <summary>What the platform has been asked and has not confirmed.</summary>
    public StoredOperation? Pending { get; set; }

    /// <summary>The latest operations, so that a repeated one is not done again.</summary>
    public List<StoredOperation> Done { get; set; } = [];

    public bool HasReminder { get; set; }

    public StatusHistory ToHistory() =>
        new([.. History.Select(change => new StatusChange(DateTimeOffset.FromUnixTimeMilliseconds(change.AtMilliseconds), (VmStatus)change.Status))]);

    public VmState With(StatusHistory history)
    {
        var copy = (VmState)MemberwiseClone();
        copy.History = [.. history.Changes.Select(change => new StoredStatus(change.At.ToUnixTimeMilliseconds(), (int)change.Status))];
        copy.Revision = Revision + 1;
        return copy;
    }

    public VmState With(Action<VmState> change)
    {
        var copy = (VmState)MemberwiseClone();
        change(copy);
        return copy;
    }
}

/// <summary>A status from an instant on.</summary>
public readonly record struct StoredStatus(long AtMilliseconds, int Status);

/// <summary>
/// A request under its caller's id, since when, and whether the platform has confirmed it; or, with no request, the content of a change
/// of name, lock or automatic resume.
/// </summary>
public sealed record StoredOperation(string Id, int Request, long SinceMilliseconds, bool Confirmed = false, string? Change = null);
