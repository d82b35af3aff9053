using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Grains.Vms;

/// <summary>A VM as it is stored. Units are in the names; statuses and requests are numbers whose meaning is fixed in the domain.</summary>
public sealed class VmState
{
    private StatusHistory? statuses;

    /// <summary>There are few codes and many VMs: all share one text.</summary>
    public string Package { get; set => field = string.Intern(value); } = "";

    public string Name { get; set; } = "";

    /// <summary>The currency of its balance, in which it reads its meter, where it is another one than that of the price list; else nothing is stored.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Currency? Currency { get; set; }

    public bool Locked { get; set; }

    public bool AutoResume { get; set; }

    /// <summary>Rises with every change of the history: of two readings the one with the higher revision is the later.</summary>
    public int Revision { get; set; }

    /// <summary>The statuses as they are stored; in memory they are there once, as the domain knows them.</summary>
    public StoredStatus[] History
    {
        get => statuses is null ? [] : [.. statuses.Changes.Select(change => new StoredStatus(change.At.ToUnixTimeMilliseconds(), (int)change.Status))];
        set => statuses = value.Length == 0
            ? null
            : new StatusHistory([.. value.Select(change => new StatusChange(DateTimeOffset.FromUnixTimeMilliseconds(change.AtMilliseconds), (VmStatus)change.Status))]);
    }

    /// <summary>What the platform has been asked and has not confirmed.</summary>
    public StoredOperation? Pending { get; set; }

    /// <summary>The latest operations, so that a repeated one is not done again.</summary>
    public ImmutableArray<StoredOperation> Done { get; set; } = [];

    public bool HasReminder { get; set; }

    /// <summary>The statuses as the domain knows them; null before the first is recorded.</summary>
    public StatusHistory ToHistory() => statuses!;

    public VmState With(StatusHistory history)
    {
        var copy = (VmState)MemberwiseClone();
        copy.statuses = history;
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
