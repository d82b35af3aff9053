using System.Collections.Immutable;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Balances;

/// <summary>The watermark of a VM: what has been posted to the ledger (policy 3.11).</summary>
/// <param name="Sequence">How many charges were posted; the number of the last one.</param>
/// <param name="Through">Posted through this instant, exclusively.</param>
/// <param name="Usage">The running totals that were posted.</param>
public readonly record struct Watermark(int Sequence, DateTimeOffset Through, Usage Usage);

/// <summary>A part of what a VM has paid: from which lot, how much. <see cref="CreditLot.TopUp"/> names the top-up part.</summary>
/// <param name="Lot">The lot's id.</param>
/// <param name="Amount">Above zero.</param>
public readonly record struct LotPayment(string Lot, Amount Amount);

/// <summary>What of a VM only its owner's choice decides; shown, and used for automatic resume (policy 4.12).</summary>
/// <param name="Name">The tenant's name for it.</param>
/// <param name="Locked">The tenant's deletion lock. An automatic deletion overrides it and says so (policy 4.8).</param>
/// <param name="AutoResume">Power it on again after a cure, if it was stopped automatically.</param>
public readonly record struct VmTraits(string Name, bool Locked = false, bool AutoResume = false);

/// <summary>
/// A VM as its balance knows it: enough to compute live balances, project exhaustion and settle alone, without asking the VM.
/// </summary>
/// <param name="Id">Unique within the balance, also over VMs long deleted.</param>
/// <param name="Ordinal">Its place in the order of creation.</param>
/// <param name="Package">The package's code; never changes.</param>
/// <param name="Operation">The caller's id of the request that made it.</param>
/// <param name="Traits">Name, lock, automatic resume.</param>
/// <param name="AdmittedAt">From then on it counts (policy 4.2).</param>
/// <param name="Reading">The latest reading, and when prices were folded since then, what follows from it for that instant. The same seconds are folded in it as in what is posted.</param>
/// <param name="Posted">The watermark.</param>
/// <param name="PaidBy">What paid so far, the last payment last, neighbours from one lot joined: a correction gives back from the end (policy 3.9).</param>
/// <param name="NextCharge">When its next charge is due; null until it was Running, and once its deletion has begun.</param>
/// <param name="StoppedAutomatically">An order has stopped it and nobody has powered it on since (policy 4.12).</param>
public sealed record MeteredVm(
    string Id,
    int Ordinal,
    string Package,
    string Operation,
    VmTraits Traits,
    DateTimeOffset AdmittedAt,
    MeterReading Reading,
    Watermark Posted,
    ImmutableArray<LotPayment> PaidBy,
    DateTimeOffset? NextCharge,
    bool StoppedAutomatically)
{
    /// <summary>The status as last reported.</summary>
    public VmStatus Status => Reading.Status;

    /// <summary>Counts for one hour's cost: everything that is not being deleted (policy 4.2).</summary>
    public bool Counts => !Status.IsBeingDeleted();

    /// <summary>What it has used by the instant and the ledger does not know yet (policy 3.8).</summary>
    public Amount Unposted(DateTimeOffset at, Package package) =>
        (Status.IsBilled() ? Reading.Usage.CostAfter(Reading.Through, at, package) : Reading.Usage.Cost) - Posted.Usage.Cost;
}
