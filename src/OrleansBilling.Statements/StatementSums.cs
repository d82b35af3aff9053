using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Statements;

/// <summary>Adds up the entries of a statement, and believes none that does not follow from the one before it.</summary>
internal sealed class StatementSums(Amount opening, long after)
{
    private readonly Amount opening = opening;
    private Amount total = opening;
    private long number = after;

    public SortedDictionary<EntryKind, KindSum> Kinds { get; } = [];

    public OrderedDictionary<string, VmSum> Vms { get; } = [];

    public SortedDictionary<string, Amount> Products { get; } = new(StringComparer.Ordinal);

    public void Add(EntryView entry)
    {
        (number, total) = (number + 1, total + entry.Change);
        if (entry.Number != number || entry.BalanceAfter != total) throw NoSum($"entry {entry.Number} says {entry.BalanceAfter}, and {total} is expected after entry {number}");
        var parts = (Plan: Part(CreditKind.BillingPlan), Voucher: Part(CreditKind.Voucher), TopUp: Part(CreditKind.TopUp));
        if (parts.Plan + parts.Voucher + parts.TopUp != entry.Change) throw NoSum($"the lines of entry {entry.Number} do not sum to {entry.Change}");
        var sum = Kinds.GetValueOrDefault(entry.Kind);
        Kinds[entry.Kind] = new(sum.Entries + 1, sum.BillingPlan + parts.Plan, sum.Voucher + parts.Voucher, sum.TopUp + parts.TopUp, sum.Change + entry.Change);
        if (entry.Vm is { } vm)
        {
            var used = Vms.TryGetValue(vm.Id, out var known) ? known : new VmSum(vm.Id, entry.Description, "", 0, 0, Amount.Zero);
            Vms[vm.Id] = used with { Charges = used.Charges + 1, Seconds = used.Seconds + vm.Seconds, Cost = used.Cost - entry.Change };
        }
        else if (entry.Kind == EntryKind.Charge) Products[entry.Product ?? ""] = Products.GetValueOrDefault(entry.Product ?? "") - entry.Change;

        Amount Part(CreditKind kind) => LedgerCsv.PartOf(entry, kind) ?? Amount.Zero;
    }

    public void MustEndWith(Amount closing, long through)
    {
        if (number != through || total != closing) throw NoSum($"it ends with {total} after entry {number}, and {closing} is expected after entry {through}");
        var kinds = Kinds.Values.Aggregate(Amount.Zero, (sum, kind) => sum + kind.Change);
        if (opening + kinds != closing) throw NoSum($"{opening} and {kinds} are not {closing}");
        var usage = Vms.Values.Aggregate(Amount.Zero, (sum, vm) => sum + vm.Cost) + Products.Values.Aggregate(Amount.Zero, (sum, cost) => sum + cost);
        var charged = -(Kinds.GetValueOrDefault(EntryKind.Charge).Change + Kinds.GetValueOrDefault(EntryKind.Correction).Change);
        if (usage != charged) throw NoSum($"{charged} was charged, and {usage} is the usage of VMs and products");
    }

    private static InvalidOperationException NoSum(string why) => new($"The statement does not add up: {why}.");
}
