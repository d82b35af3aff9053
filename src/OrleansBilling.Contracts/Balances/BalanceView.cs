using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Contracts.Balances;

/// <summary>A balance as its tenant sees it, at one instant. Equals some prefix of its ledger (M12).</summary>
[GenerateSerializer, Immutable, Alias("balance-view")]
public sealed record BalanceView
{
    /// <summary>Rises with every change of the balance or one of its VMs; a stream of changes resumes from it.</summary>
    [Id(0)] public required long Change { get; init; }

    /// <summary>The instant of the live numbers.</summary>
    [Id(1)] public required DateTimeOffset AsOf { get; init; }

    /// <summary>Null before the first money event (policy 1.4).</summary>
    [Id(2)] public required Currency? Currency { get; init; }

    /// <summary>Posted total of every credit available now (policy 2.1).</summary>
    [Id(3)] public required Amount Total { get; init; }

    /// <summary>The billing-plan part of the total.</summary>
    [Id(4)] public required Amount BillingPlan { get; init; }

    /// <summary>The voucher part of the total.</summary>
    [Id(5)] public required Amount Voucher { get; init; }

    /// <summary>The top-up part of the total; below zero it is debt (policy 2.8).</summary>
    [Id(6)] public required Amount TopUp { get; init; }

    /// <summary>Posted spendable on <c>gpu-vm</c> (policy 2.9).</summary>
    [Id(7)] public required Amount Posted { get; init; }

    /// <summary>Live spendable on <c>gpu-vm</c>: posted minus usage not yet posted (policy 3.8). What decides.</summary>
    [Id(8)] public required Amount Live { get; init; }

    /// <summary>Posted spendable by product code (policy 2.9).</summary>
    [Id(9)] public required Dictionary<string, Amount> Spendable { get; init; }

    /// <summary>The lots, ended ones without remainder left out.</summary>
    [Id(10)] public required LotView[] Lots { get; init; }

    /// <summary>What is being spent an hour now.</summary>
    [Id(11)] public required HourlyPrice BurnRate { get; init; }

    /// <summary>How long the live balance lasts at that rate; null when nothing is being spent.</summary>
    [Id(12)] public required TimeSpan? Runway { get; init; }

    /// <summary>One hour's cost of every VM that counts (policy 4.2).</summary>
    [Id(13)] public required Amount HourCost { get; init; }

    /// <summary>The step of running out.</summary>
    [Id(14)] public required StandingLevel Standing { get; init; }

    /// <summary>When the live balance will be zero if nothing else happens; null when that is not in sight.</summary>
    [Id(15)] public required DateTimeOffset? ExhaustedAt { get; init; }

    /// <summary>Since when it has been below zero; null at or above.</summary>
    [Id(16)] public required DateTimeOffset? NegativeSince { get; init; }

    /// <summary>When the VMs will be deleted unless it is cured (policy 4.13); null when no deletion is due, or a hold keeps it from happening.</summary>
    [Id(17)] public required DateTimeOffset? DeletionAt { get; init; }

    /// <summary>The amount that would cure it at <see cref="AsOf"/> (policy 4.13); null when there is nothing to cure.</summary>
    [Id(18)] public required Amount? CuringAmount { get; init; }

    /// <summary>The amount that would open the gates again for what exists already; zero when they are open.</summary>
    [Id(19)] public required Amount GateAmount { get; init; }

    /// <summary>The tenant's own threshold (policy 4.3).</summary>
    [Id(20)] public required Amount? OwnThreshold { get; init; }

    /// <summary>Who is told besides the tenant.</summary>
    [Id(21)] public required string[] Recipients { get; init; }

    /// <summary>Holds that are in force, the tenant's own and the region's (policy 4.11).</summary>
    [Id(22)] public required HoldView[] Holds { get; init; }

    /// <summary>
    /// Until when at the latest holds keep the deletion from happening that is due (policy 4.11); it then has a new instant, with the whole notice before it. Null when none is held. A release, or usage
    /// that outgrows what open disputes have taken, ends it earlier.
    /// </summary>
    [Id(23)] public DateTimeOffset? DeletionHeldUntil { get; init; }

    /// <summary>Why they do; null when none is held.</summary>
    [Id(24)] public string? DeletionHeldBecause { get; init; }
}

/// <summary>A hold as operators and tenants see it (policy 4.11).</summary>
/// <param name="Id">Its id.</param>
/// <param name="Actions">What it keeps from happening.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Which operator; <c>payments</c> for an open dispute.</param>
/// <param name="From">Its first instant; of a region's a few seconds before it was placed, so that it holds on every silo when it is answered.</param>
/// <param name="Until">Its end.</param>
/// <param name="WholeRegion">For every tenant of the region.</param>
/// <param name="Disputed">What an open dispute has taken: it holds only while the balance would not be below zero without what all of them took. Null: it holds whatever the balance.</param>
[GenerateSerializer, Immutable, Alias("hold-view")]
public sealed record HoldView(
    [property: Id(0)] string Id, [property: Id(1)] HeldActions Actions, [property: Id(2)] string Reason, [property: Id(3)] string By,
    [property: Id(4)] DateTimeOffset From, [property: Id(5)] DateTimeOffset Until, [property: Id(6)] bool WholeRegion, [property: Id(7)] Amount? Disputed = null);
