using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Plans;
using OrleansBilling.Grains.Notices;

namespace OrleansBilling.Grains.Ledger;

/// <summary>
/// One step of one balance, ready to be written: all of it or nothing. It counts only if the ledger still has the version that the
/// step started from, and the region the rules that it was decided by.
/// </summary>
public sealed record BalanceCommit
{
    /// <summary>The balance as it was read.</summary>
    public required StoredBalance Before { get; init; }

    /// <summary>The balance as it will be.</summary>
    public required StoredBalance After { get; init; }

    /// <summary>The revision of its region's rules that it was decided by. The balance was last looked at by another when this is a part of a step that does so at its end.</summary>
    public required long DecidedBy { get; init; }

    /// <summary>How often its VMs are charged: one round of charges.</summary>
    public required TimeSpan Round { get; init; }

    public required IReadOnlyList<CreditLot> Lots { get; init; }

    public required IReadOnlyList<Plan> Plans { get; init; }

    public required IReadOnlyList<MeteredVm> Vms { get; init; }

    public required IReadOnlyList<Order> Orders { get; init; }

    public required IReadOnlyList<EnforcementHold> Holds { get; init; }

    public required IReadOnlyList<(LedgerEntry Entry, byte[] Hash)> Entries { get; init; }

    public required IReadOnlyList<(long Number, Notice Notice)> Notices { get; init; }

    /// <summary>The notices on their way out of the portal.</summary>
    public required IReadOnlyList<Delivery> Deliveries { get; init; }

    /// <summary>Whether nothing has changed but what was charged, or given back: nobody has to be told, and nothing else is due than before.</summary>
    public bool OnlyCharges => onlyCharges ??= ChangesOnlyCharges();

    private bool? onlyCharges; // these two are asked for more than once
    private string? key;

    /// <summary>The balance's name in the ledger.</summary>
    public string Key => key ??= After.Id.ToString();

    private bool ChangesOnlyCharges() =>
        Before.Version > 0 && Before.DueAt == After.DueAt && Before.NoticeCount == After.NoticeCount && Before.Email == After.Email
        && After.Balance.Equals(Before.Balance with
        {
            TopUp = After.Balance.TopUp,
            EntryCount = After.Balance.EntryCount,
            AdvancedTo = After.Balance.AdvancedTo,
            Lots = After.Balance.Lots, // in rows of their own, as VMs are
            Vms = After.Balance.Vms,
        })
        && Vms.All(IsOnlyCharged);

    /// <summary>Whether of a changed VM nothing has changed but what was charged, by an entry: its reading says what it said before.</summary>
    public bool IsOnlyCharged(MeteredVm after) =>
        after.Ordinal < Before.Balance.Vms.Count && Before.Balance.Vms.OfOrdinal(after.Ordinal) is { NextCharge: not null } before && after.NextCharge is not null
        && before.Posted.Sequence < after.Posted.Sequence && ReferenceEquals(before.Reading, after.Reading) && before.Traits == after.Traits && before.StoppedAutomatically == after.StoppedAutomatically;

    /// <summary>
    /// What a decision writes: the parts that differ, and what happened. Null when it changes nothing worth keeping: how far a balance
    /// has been looked at is not, unless something was due; by which rules is, because they say when it is due next.
    /// </summary>
    public static BalanceCommit? Of(StoredBalance before, string email, Decision decision, BillingRules rules)
    {
        var (old, next) = (before.Balance, decision.Next);
        var looked = before.DueAt <= next.AdvancedTo; // the instant has come and says no more when the balance must be looked at
        if (decision.Events.IsEmpty && email == before.Email && !looked
            && next.Equals(old with { AdvancedTo = next.AdvancedTo, RulesRevision = before.Version == 0 ? next.RulesRevision : old.RulesRevision })) return null;

        var hash = before.EntryHash;
        var entries = new List<(LedgerEntry, byte[])>();
        var orders = new List<Order>();
        var notices = new List<(long Number, Notice Notice)>();
        foreach (var happened in decision.Events)
            switch (happened)
            {
                case EntryPosted posted:
                    entries.Add((posted.Entry, hash = EntryHash.Of(hash, before.Id, posted.Entry)));
                    break;
                case NoticeGiven given:
                    notices.Add((before.NoticeCount + 1 + notices.Count, given.Notice));
                    break;
                case OrderIssued issued:
                    orders.Add(issued.Order);
                    break;
                case OrderMoved moved:
                    orders.Add(moved.Order);
                    break;
            }

        return new BalanceCommit
        {
            Before = before,
            After = new StoredBalance(
                before.Id, before.Version + 1, email, next, hash, before.NoticeCount + notices.Count, Projection.LookAgainAt(next, rules)?.UpToMilliseconds()),
            DecidedBy = rules.Revision,
            Round = rules.Policy.ChargeEvery,
            Lots = ReferenceEquals(old.Lots, next.Lots) ? [] : [.. next.Lots.Where(lot => !old.Lots.Contains(lot))],
            Plans = ReferenceEquals(old.Plans, next.Plans) ? [] : [.. next.Plans.Where(plan => !old.Plans.Contains(plan))],
            Vms = decision.Vms,
            Orders = orders.Count < 2 ? orders : [.. orders.GroupBy(order => order.Number).Select(group => group.Last())],
            Holds = next.Holds == old.Holds ? [] : [.. next.Holds.Where(hold => !old.Holds.Contains(hold))],
            Entries = entries,
            Notices = notices,
            Deliveries = notices.Count == 0 ? [] : [.. notices.SelectMany(notice => Delivery.Of(before.Id, notice.Notice, email, next.Recipients))],
        };
    }
}
