namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>The questions to a ledger's tables; the one place that knows their columns.</summary>
/// <param name="Balances">region/tenant, version, currency, top-up part, total, number of entries, hash of the last.</param>
/// <param name="Lots">region/tenant, id, kind, granted, remaining, effective, expires, state.</param>
/// <param name="Entries">As <see cref="EntryRow"/>, the lines as JSON.</param>
/// <param name="Vms">As <see cref="VmRow"/>.</param>
/// <param name="Orders">As <see cref="OrderRow"/>.</param>
/// <param name="Notices">As <see cref="NoticeRow"/>.</param>
internal sealed record LedgerSql(string Balances, string Lots, string Entries, string Vms, string Orders, string Notices)
{
    /// <summary>Of the outbox what warns of a deletion; the attempts as JSON. The same in both.</summary>
    public const string Warnings = "SELECT balance, notice, answers FROM notice_delivery WHERE notice LIKE 'belowzero/%' OR notice LIKE 'deletionnear/%'";

    public static readonly LedgerSql Sqlite = new(
        "SELECT balance, version, currency, top_up_micros, total_micros, entry_count, entry_hash FROM balance",
        "SELECT balance, id, kind, granted_micros, remaining_micros, effective_ms, expires_ms, state FROM credit_lot",
        """
        SELECT balance, number, operation, kind, at_ms, recorded_at_ms, product, vm, vm_sequence, from_ms, through_ms, seconds, change_micros, lines, balance_after_micros,
            description, hash
        FROM ledger_entry
        """,
        "SELECT balance, id, name, status, admitted_at_ms, posted_sequence, posted_through_ms, posted_time_ms FROM metered_vm",
        "SELECT balance, number, kind, vm, at_ms, entry_number, live_micros, state, NULL FROM vm_order",
        "SELECT balance, number, id, kind, at_ms FROM notice");

    // What follows from the rest of a row is not stored there: the head of the chain, the operation, seconds and last instant of a charge,
    // the line of an entry that changes the top-up part alone.
    public static readonly LedgerSql Postgres = new(
        """
        SELECT b.balance, b.version, b.currency, b.top_up_micros, b.total_micros, b.entry_count,
            coalesce((SELECT e.hash FROM ledger_entry e WHERE e.balance_number = b.number ORDER BY e.number DESC LIMIT 1), ''::bytea)
        FROM balance b
        """,
        """
        SELECT b.balance, l.id, l.kind, l.granted_micros, l.remaining_micros, l.effective_ms, l.expires_ms, l.state
        FROM credit_lot l JOIN balance b ON b.number = l.balance_number
        """,
        """
        SELECT b.balance, e.number, coalesce(e.operation, 'vm/' || v.id || '/' || e.vm_sequence), e.kind::text, e.at_ms, e.recorded_at_ms,
            coalesce(e.product, CASE WHEN v.id IS NOT NULL THEN 'gpu-vm' END), v.id, e.vm_sequence, e.from_ms, CASE WHEN v.id IS NOT NULL THEN e.at_ms END,
            (SELECT sum((part ->> 2)::bigint) FROM json_array_elements(e.priced::json) part), e.change_micros,
            coalesce(e.lines, '[{"lot":"topUp","kind":3,"micros":' || e.change_micros || '}]'), e.balance_after_micros, e.description, e.hash
        FROM ledger_entry e JOIN balance b ON b.number = e.balance_number
            LEFT JOIN metered_vm v ON v.balance_number = e.balance_number AND v.ordinal = e.vm_ordinal
        """,
        """
        SELECT b.balance, v.id, v.name, v.status, v.admitted_at_ms, v.posted_sequence, v.posted_through_ms, v.posted_time_ms
        FROM metered_vm v JOIN balance b ON b.number = v.balance_number
        """,
        """
        SELECT b.balance, o.number, o.kind, o.vm, o.at_ms, o.entry_number, o.live_micros, o.state,
            (SELECT (extract(epoch FROM min(g.at)) * 1000)::bigint FROM witness.given g WHERE g.balance_number = o.balance_number AND g.number = o.number)
        FROM vm_order o JOIN balance b ON b.number = o.balance_number
        """,
        "SELECT b.balance, n.number, n.id, n.kind, n.at_ms FROM notice n JOIN balance b ON b.number = n.balance_number");
}
