using Microsoft.Data.Sqlite;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>The VMs as their balances know them: latest reading and watermark, a row each.</summary>
internal static class VmTable
{
    public static void Write(SqliteConnection connection, BalanceCommit commit)
    {
        foreach (var vm in commit.Vms)
            connection.Run(
                """
                INSERT INTO metered_vm (balance, id, ordinal, package, operation, name, locked, auto_resume, admitted_at_ms, status, revision, through_ms, time_ms, priced,
                    first_running_ms, posted_sequence, posted_through_ms, posted_time_ms, posted_priced, paid_by, next_charge_ms, stopped_automatically, version)
                VALUES ($balance, $id, $ordinal, $package, $operation, $name, $locked, $autoResume, $admittedAt, $status, $revision, $through, $time, $priced,
                    $firstRunning, $sequence, $postedThrough, $postedTime, $postedPriced, $paidBy, $nextCharge, $stopped, $version)
                ON CONFLICT (balance, id) DO UPDATE SET name = excluded.name, locked = excluded.locked, auto_resume = excluded.auto_resume, status = excluded.status,
                    revision = excluded.revision, through_ms = excluded.through_ms, time_ms = excluded.time_ms, priced = excluded.priced,
                    first_running_ms = excluded.first_running_ms, posted_sequence = excluded.posted_sequence, posted_through_ms = excluded.posted_through_ms,
                    posted_time_ms = excluded.posted_time_ms, posted_priced = excluded.posted_priced, paid_by = excluded.paid_by,
                    next_charge_ms = excluded.next_charge_ms, stopped_automatically = excluded.stopped_automatically, version = excluded.version
                """,
                ("balance", commit.After.Id.ToString()), ("id", vm.Id), ("ordinal", vm.Ordinal), ("package", vm.Package), ("operation", vm.Operation),
                ("name", vm.Traits.Name), ("locked", vm.Traits.Locked), ("autoResume", vm.Traits.AutoResume), ("admittedAt", vm.AdmittedAt), ("status", vm.Status),
                ("revision", vm.Reading.Revision), ("through", vm.Reading.Through), ("time", vm.Reading.Usage.Time), ("priced", LedgerText.Of(vm.Reading.Usage)),
                ("firstRunning", vm.Reading.FirstRunning), ("sequence", vm.Posted.Sequence), ("postedThrough", vm.Posted.Through), ("postedTime", vm.Posted.Usage.Time),
                ("postedPriced", LedgerText.Of(vm.Posted.Usage)), ("paidBy", LedgerText.Of(vm.PaidBy)), ("nextCharge", vm.NextCharge),
                ("stopped", vm.StoppedAutomatically), ("version", commit.After.Version));
    }

    public static MeteredVms Read(SqliteConnection connection, BalanceId id) =>
        MeteredVms.Of(connection.Query(
            """
            SELECT id, ordinal, package, operation, name, locked, auto_resume, admitted_at_ms, revision, through_ms, time_ms, priced, status, first_running_ms,
                posted_sequence, posted_through_ms, posted_time_ms, posted_priced, paid_by, next_charge_ms, stopped_automatically
            FROM metered_vm WHERE balance = $balance
            """,
            row => new MeteredVm(
                row.GetString(0), row.GetInt32(1), string.Intern(row.GetString(2)), row.GetString(3), new VmTraits(row.GetString(4), row.GetBoolean(5), row.GetBoolean(6)), row.Instant(7),
                new MeterReading(row.GetInt32(8), row.Instant(9), UsageAt(row, 10), row.Named<VmStatus>(12), row.NullableInstant(13)),
                new Watermark(row.GetInt32(14), row.Instant(15), UsageAt(row, 16)), LedgerText.PaidBy(row.GetString(18)), row.NullableInstant(19), row.GetBoolean(20)),
            ("balance", id.ToString())));

    public static string[] Since(SqliteConnection connection, BalanceId id, long version, long through) =>
        [.. connection.Query(
            "SELECT id FROM metered_vm WHERE balance = $balance AND version > $version AND version <= $through ORDER BY ordinal",
            row => row.GetString(0), ("balance", id.ToString()), ("version", version), ("through", through))];

    public static BalanceId[] BalancesWithPackage(SqliteConnection connection, string region, string package, BalanceId? after, int limit) =>
        [.. connection.Query(
            """
            SELECT DISTINCT v.balance FROM metered_vm v JOIN balance b ON b.balance = v.balance
            WHERE b.region = $region AND v.package = $package AND v.status NOT IN ('Deleting', 'Deleted') AND v.balance > $after ORDER BY v.balance LIMIT $limit
            """,
            row => BalanceId.Parse(row.GetString(0)), ("region", region), ("package", package), ("after", after?.ToString() ?? ""), ("limit", limit))];

    public static VmPage OverdueCharges(SqliteConnection connection, DateTimeOffset by, string? after, int limit) =>
        Page(connection, "next_charge_ms <= $by", after, limit, ("by", by));

    public static VmPage BetweenStatuses(SqliteConnection connection, DateTimeOffset since, string? after, int limit) =>
        Page(connection, "status IN ('Creating', 'Starting', 'Stopping', 'Rebooting', 'Deleting') AND through_ms <= $since", after, limit, ("since", since));

    public static VmPage Living(SqliteConnection connection, string? after, int limit) => Page(connection, "status <> 'Deleted'", after, limit);

    // A page goes on after the key of the last row of the one before: region/tenant/vm.
    private static VmPage Page(SqliteConnection connection, string condition, string? after, int limit, params ReadOnlySpan<(string, object?)> parameters)
    {
        var split = after?.LastIndexOf('/') ?? 0;
        var vms = connection.Query(
            $"SELECT balance, id FROM metered_vm WHERE {condition} AND (balance, id) > ($balance, $id) ORDER BY balance, id LIMIT $limit",
            row => (BalanceId.Parse(row.GetString(0)), row.GetString(1)),
            [.. parameters, ("balance", after?[..split] ?? ""), ("id", after?[(split + 1)..] ?? ""), ("limit", limit)]);
        return new VmPage(vms, vms.Count < limit ? null : $"{vms[^1].Item1}/{vms[^1].Item2}");
    }

    private static Usage UsageAt(SqliteDataReader row, int column) => LedgerText.UsageOf(TimeSpan.FromMilliseconds(row.GetInt64(column)), row.GetString(column + 1));
}
