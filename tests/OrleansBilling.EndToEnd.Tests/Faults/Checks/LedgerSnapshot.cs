namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>Everything a ledger says at one instant, by the clock of this machine, as plain rows: read by nothing of the product's own.</summary>
internal sealed record LedgerSnapshot(long At, BalanceRow[] Balances, LotRow[] Lots, EntryRow[] Entries, VmRow[] Vms, OrderRow[] Orders, NoticeRow[] Notices, WarningRow[] Warnings)
{
    /// <summary>The entries of each balance in the order of their numbers.</summary>
    public ILookup<string, EntryRow> EntriesOf { get; } = Entries.OrderBy(entry => entry.Number).ToLookup(entry => entry.Balance);

    /// <summary>What gateways have paid and taken back, by the payment.</summary>
    public ILookup<string, EntryRow> EntriesOfPayments { get; } = PaymentChecks.ByPayment(Entries);

    public ILookup<string, LotRow> LotsOf { get; } = Lots.ToLookup(lot => lot.Balance);

    /// <summary>The same of some tenants only.</summary>
    public LedgerSnapshot Of(IReadOnlySet<string> tenants)
    {
        bool Belongs(string balance) => tenants.Contains(balance[(balance.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        return new LedgerSnapshot(
            At,
            [.. Balances.Where(row => Belongs(row.Balance))], [.. Lots.Where(row => Belongs(row.Balance))], [.. Entries.Where(row => Belongs(row.Balance))],
            [.. Vms.Where(row => Belongs(row.Balance))], [.. Orders.Where(row => Belongs(row.Balance))], [.. Notices.Where(row => Belongs(row.Balance))],
            [.. Warnings.Where(row => Belongs(row.Balance))]);
    }

    public ILookup<string, NoticeRow> NoticesOf { get; } = Notices.OrderBy(notice => notice.Number).ToLookup(notice => notice.Balance);
}

/// <summary>The row of a balance, which is named region/tenant.</summary>
internal sealed record BalanceRow(string Balance, long Version, string? Currency, long TopUp, long Total, long EntryCount, string Head);

internal sealed record LotRow(string Balance, string Lot, string Kind, long Granted, long Remaining, long Effective, long? Expires, string State);

internal sealed record EntryRow(
    string Balance, long Number, string Operation, string Kind, long At, long RecordedAt, string? Product, string? Vm, int? Sequence, long? From, long? Through, long? Seconds,
    long Change, LineRow[] Lines, long After, string Description, string Hash);

/// <param name="Lot">The lot's id.</param>
/// <param name="Kind">1 billing plan, 2 voucher, 3 top-up.</param>
/// <param name="Micros">The change.</param>
internal sealed record LineRow(string Lot, int Kind, long Micros);

internal sealed record VmRow(string Balance, string Vm, string Name, string Status, long AdmittedAt, int PostedSequence, long PostedThrough, long PostedTime);

/// <param name="Balance">Whose.</param>
/// <param name="Number">Its number.</param>
/// <param name="Kind">What is ordered.</param>
/// <param name="Vm">Of which VM.</param>
/// <param name="At">When it fell due, by the clock of who decided.</param>
/// <param name="EntryNumber">The last entry that justified it.</param>
/// <param name="Live">The live balance then.</param>
/// <param name="State">Where it stands.</param>
/// <param name="DurableAt">When it was committed, by the database's clock; null where nobody wrote that down.</param>
internal sealed record OrderRow(string Balance, int Number, string Kind, string Vm, long At, long EntryNumber, long Live, string State, long? DurableAt);

internal sealed record NoticeRow(string Balance, long Number, string Id, string Kind, long At);

/// <param name="Balance">Whose.</param>
/// <param name="Notice">The id of the notice.</param>
/// <param name="TriedAt">When the first attempt to send it had an end; null: none has.</param>
internal sealed record WarningRow(string Balance, string Notice, long? TriedAt);
