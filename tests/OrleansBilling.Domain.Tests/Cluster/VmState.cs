using System.Collections.Immutable;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>A request under its caller's id, since when, and whether the platform has confirmed it.</summary>
internal sealed record Asked(string Id, VmRequest Request, DateTimeOffset Since, bool Confirmed);

/// <summary>What a VM keeps: its history and what has been asked of it.</summary>
internal sealed record VmState(string Package, VmTraits Traits, int Revision, StatusHistory History, Asked? Pending, ImmutableList<Asked> Done, bool HasReminder)
{
    public static VmState Admitted(string package, VmTraits traits, DateTimeOffset at) =>
        new(package, traits, 1, StatusHistory.CreatedAt(at), null, [], false);

    /// <summary>Each change of the history is a revision.</summary>
    public VmState With(StatusHistory history) => history.Equals(History) ? this : this with { History = history, Revision = Revision + 1 };
}

/// <summary>The answer to a request.</summary>
internal enum VmAnswer
{
    Accepted,
    OperationReused,
    WrongStatus,
    Refused,
    UnknownVm,
}

/// <summary>An order on its way.</summary>
internal sealed record OrderMessage(string Id, OrderKind Kind, string Vm, DateTimeOffset At, string Package, VmTraits Traits);

/// <summary>What the platform says of a machine.</summary>
internal sealed record StatusReport(DateTimeOffset At, VmStatus Status, string? Operation);
