using OrleansBilling.Client;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Statements;

/// <summary>
/// A balance over one month: what was there, what changed, what is left. It is made only when opening + all entries = closing, entry by entry, and when
/// the usage of VMs and products is all the usage there is; it holds sums and no entries.
/// </summary>
public sealed record MonthlyStatement
{
    public required BalanceId Balance { get; init; }

    public required Month Month { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Null before the first money event.</summary>
    public required Currency? Currency { get; init; }

    /// <summary>The instant of the statement: it may be made before the month is over.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>The entries of the month: those after this number…</summary>
    public required long After { get; init; }

    /// <summary>…and through this one.</summary>
    public required long Through { get; init; }

    public required Amount Opening { get; init; }

    public required Amount Closing { get; init; }

    /// <summary>Sums by kind of entry, of kinds that occur.</summary>
    public required IReadOnlyDictionary<EntryKind, KindSum> Kinds { get; init; }

    /// <summary>Usage by VM, in the order of their first charge.</summary>
    public required IReadOnlyList<VmSum> Vms { get; init; }

    /// <summary>What other products were charged.</summary>
    public required IReadOnlyDictionary<string, Amount> Products { get; init; }

    public bool IsOver => AsOf >= Month.EndsIn(Zone);

    /// <summary>The entries of the month as a query.</summary>
    public LedgerQuery Entries => new() { After = After, Before = Through + 1 };

    /// <summary>Reads the month's entries once, page by page. Null when the month has not begun.</summary>
    /// <exception cref="InvalidOperationException">The ledger does not add up: no statement says otherwise.</exception>
    public static async Task<MonthlyStatement?> Read(IBillingClient billing, BalanceId balance, Month month, TimeZoneInfo zone, CancellationToken cancellation = default)
    {
        var now = await billing.GetBalance(balance, cancellation);
        if (now.AsOf < month.BeginsIn(zone)) return null;
        // By numbers, found by one rule at both ends: so the months follow one another without gap or overlap.
        var before = await LastBefore(month.BeginsIn(zone));
        var last = await LastBefore(month.EndsIn(zone));
        var statement = new MonthlyStatement
        {
            Balance = balance, Month = month, Zone = zone, Currency = now.Currency, AsOf = now.AsOf, After = before?.Number ?? 0, Through = last?.Number ?? 0,
            Opening = before?.BalanceAfter ?? Amount.Zero, Closing = last?.BalanceAfter ?? Amount.Zero, Kinds = new Dictionary<EntryKind, KindSum>(), Vms = [],
            Products = new Dictionary<string, Amount>(),
        };
        var names = (await billing.ListVms(balance, withDeleted: true, cancellation)).ToDictionary(vm => vm.Id, vm => (vm.Name, vm.Package));
        var sums = new StatementSums(statement.Opening, statement.After);
        await foreach (var entry in billing.ReadLedger(balance, statement.Entries, cancellation)) sums.Add(entry);
        sums.MustEndWith(statement.Closing, statement.Through);
        return statement with
        {
            Kinds = sums.Kinds,
            Products = sums.Products,
            Vms = [.. sums.Vms.Values.Select(vm => names.TryGetValue(vm.Id, out var named) ? vm with { Name = named.Name, Package = named.Package } : vm)],
        };

        async Task<EntryView?> LastBefore(DateTimeOffset instant) =>
            (await billing.GetLedger(balance, new LedgerQuery { Until = instant, Limit = 1 }, cancellation)).Entries.FirstOrDefault();
    }
}

/// <summary>The entries of one kind.</summary>
/// <param name="Entries">How many.</param>
/// <param name="BillingPlan">What they changed of billing-plan credit.</param>
/// <param name="Voucher">What of voucher credit.</param>
/// <param name="TopUp">What of the top-up part.</param>
/// <param name="Change">What in all.</param>
public readonly record struct KindSum(long Entries, Amount BillingPlan, Amount Voucher, Amount TopUp, Amount Change);

/// <summary>The usage of one VM.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The tenant's name for it, as it is now.</param>
/// <param name="Package">Its package.</param>
/// <param name="Charges">How many charges and corrections.</param>
/// <param name="Seconds">Seconds charged, less those given back.</param>
/// <param name="Cost">What they cost.</param>
public readonly record struct VmSum(string Id, string Name, string Package, long Charges, long Seconds, Amount Cost);
