using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Contracts.Vms;

/// <summary>A VM as its tenant sees it.</summary>
[GenerateSerializer, Immutable, Alias("vm-view")]
public sealed record VmView
{
    /// <summary>Its id.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>The tenant's name for it.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>Its package's code.</summary>
    [Id(2)] public required string Package { get; init; }

    /// <summary>The status as last reported.</summary>
    [Id(3)] public required VmStatus Status { get; init; }

    /// <summary>The deletion lock (policy 4.8).</summary>
    [Id(4)] public required bool Locked { get; init; }

    /// <summary>Powered on again after a cure (policy 4.12).</summary>
    [Id(5)] public required bool AutoResume { get; init; }

    /// <summary>It was stopped because the balance was used up, and nobody has powered it on since.</summary>
    [Id(6)] public required bool StoppedAutomatically { get; init; }

    /// <summary>When it was admitted.</summary>
    [Id(7)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The price of an hour now, in the balance's currency.</summary>
    [Id(8)] public required HourlyPrice PricePerHour { get; init; }

    /// <summary>Billable whole seconds so far.</summary>
    [Id(9)] public required long Seconds { get; init; }

    /// <summary>What they cost (policy 3.6).</summary>
    [Id(10)] public required Amount Cost { get; init; }

    /// <summary>What of it has been charged.</summary>
    [Id(11)] public required Amount Charged { get; init; }

    /// <summary>How many charges there were.</summary>
    [Id(12)] public required int Charges { get; init; }

    /// <summary>Charged through this instant.</summary>
    [Id(13)] public required DateTimeOffset ChargedThrough { get; init; }

    /// <summary>When its next charge is due.</summary>
    [Id(14)] public required DateTimeOffset? NextChargeAt { get; init; }

    /// <summary>A stop, deletion or resume that is underway.</summary>
    [Id(15)] public required OrderView? Order { get; init; }

    /// <summary>The currency of its balance, in which it is priced.</summary>
    [Id(16)] public Currency? Currency { get; init; }
}

/// <summary>An order as operators see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">Create, stop, delete, resume.</param>
/// <param name="Vm">The VM.</param>
/// <param name="Episode">The exhaustion and stretch that justify it.</param>
/// <param name="At">From when it holds.</param>
/// <param name="EntryNumber">The last ledger entry that justified it.</param>
/// <param name="Live">The live balance that justified it.</param>
/// <param name="State">Open, begun, confirmed, void.</param>
[GenerateSerializer, Immutable, Alias("order-view")]
public sealed record OrderView(
    [property: Id(0)] string Id, [property: Id(1)] OrderKind Kind, [property: Id(2)] string Vm, [property: Id(3)] string Episode,
    [property: Id(4)] DateTimeOffset At, [property: Id(5)] long EntryNumber, [property: Id(6)] Amount Live, [property: Id(7)] OrderState State);

/// <summary>What became of a request to a VM.</summary>
public enum VmRequestResult
{
    /// <summary>The platform has been asked, now or earlier under the same id.</summary>
    Accepted = 1,

    /// <summary>There is no such VM.</summary>
    UnknownVm = 2,

    /// <summary>Its status does not allow the request. Nothing changed.</summary>
    WrongStatus = 3,

    /// <summary>It is locked against deletion. Nothing changed.</summary>
    Locked = 4,

    /// <summary>Below one hour's cost (policy 4.1). Nothing changed.</summary>
    Refused = 5,

    /// <summary>The id was used for another request. Nothing changed.</summary>
    OperationReused = 6,
}

/// <summary>The answer to a request to a VM.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Status">The VM's status; null for an unknown one.</param>
/// <param name="Admission">The numbers of a refusal.</param>
[GenerateSerializer, Immutable, Alias("vm-reply")]
public sealed record VmReply([property: Id(0)] VmRequestResult Result, [property: Id(1)] VmStatus? Status, [property: Id(2)] AdmissionReply? Admission = null);

/// <summary>What a tenant may change of a VM at any time; null: leave it.</summary>
/// <param name="Operation">The caller's id: a repetition that comes late does not undo what was chosen meanwhile.</param>
/// <param name="Name">1–64 characters.</param>
/// <param name="Locked">The deletion lock.</param>
/// <param name="AutoResume">Automatic resume (policy 4.12).</param>
[GenerateSerializer, Immutable, Alias("change-vm")]
public sealed record ChangeVm([property: Id(0)] string Operation, [property: Id(1)] string? Name, [property: Id(2)] bool? Locked, [property: Id(3)] bool? AutoResume);

/// <summary>An order on its way to its VM.</summary>
/// <param name="Id">Its id within the balance.</param>
/// <param name="Kind">What to do.</param>
/// <param name="At">From when it holds.</param>
/// <param name="Package">The package, for a creation.</param>
/// <param name="Traits">Name and choices, for a creation.</param>
/// <param name="Currency">The balance's currency, for a creation: in it the VM reads its meter.</param>
[GenerateSerializer, Immutable, Alias("order-message")]
public sealed record OrderMessage(
    [property: Id(0)] string Id, [property: Id(1)] OrderKind Kind, [property: Id(2)] DateTimeOffset At, [property: Id(3)] string Package, [property: Id(4)] VmTraits Traits,
    [property: Id(5)] Currency? Currency = null);

/// <summary>What a machine platform reports: the status of a VM from an instant on. May come late, twice or out of order (policy 3.9).</summary>
/// <param name="At">The first instant at which it holds.</param>
/// <param name="Status">The status.</param>
/// <param name="Operation">The request that this confirms; null when the platform reports on its own account.</param>
[GenerateSerializer, Immutable, Alias("status-report")]
public sealed record StatusReport([property: Id(0)] DateTimeOffset At, [property: Id(1)] VmStatus Status, [property: Id(2)] string? Operation = null);

/// <summary>A status of a VM from an instant on.</summary>
/// <param name="At">The first instant at which it holds.</param>
/// <param name="Status">The status.</param>
[GenerateSerializer, Immutable, Alias("status-view")]
public sealed record StatusView([property: Id(0)] DateTimeOffset At, [property: Id(1)] VmStatus Status);
