using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Cluster.Tests.Statements;

/// <summary>Entries made by hand.</summary>
internal static class MadeEntry
{
    public static EntryView TopUp(string amount, string description) => new()
    {
        Number = 1, Operation = "pay", Kind = EntryKind.Credit, At = Ladder.At("10:00:00"), RecordedAt = Ladder.At("10:00:00"), Change = Amount.Parse(amount),
        BalanceAfter = Amount.Parse(amount), Description = description, Lines = [new LineView(CreditLot.TopUp, CreditKind.TopUp, Amount.Parse(amount))],
    };

    /// <summary>A charge of seconds at prices, as version: price × seconds.</summary>
    public static EntryView Charge(string cost, params (int Version, string Price, long Seconds)[] priced) => new()
    {
        Number = 1, Operation = "vm/a/1", Kind = EntryKind.Charge, At = Ladder.At("10:15:00"), RecordedAt = Ladder.At("10:15:00"), Product = "gpu-vm", Change = -Amount.Parse(cost),
        BalanceAfter = -Amount.Parse(cost), Description = "training", Lines = [new LineView(CreditLot.TopUp, CreditKind.TopUp, -Amount.Parse(cost))],
        Vm = new VmChargeView(
            "a", 1, Ladder.At("10:00:00"), Ladder.At("10:15:00"), priced.Sum(part => part.Seconds),
            [.. priced.Select(part => new PricedSecondsView(part.Version, HourlyPrice.Parse(part.Price), part.Seconds))]),
    };

    public static async IAsyncEnumerable<EntryView> Stream(params EntryView[] entries)
    {
        foreach (var entry in entries) yield return entry;
        await Task.CompletedTask;
    }
}
