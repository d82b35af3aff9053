using System.Globalization;
using Npgsql;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>The VMs as their balances know them: latest reading and watermark, a row each.</summary>
internal static class VmTable
{
    /// <summary>Writes the VMs that the commits have changed.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Write(IReadOnlyList<NumberedCommit> commits)
    {
        var (charged, changed) = (new List<ChangedVm>(commits.Count), new List<ChangedVm>());
        foreach (var (number, commit) in commits)
            foreach (var vm in commit.Vms)
                (commit.OnlyCharges || commit.IsOnlyCharged(vm) ? charged : changed).Add(new ChangedVm(number, commit.After.Version, commit.Round, vm));
        if (charged.Count > 0) yield return UpdateCharged(charged);
        if (changed.Count > 0) yield return Upsert(changed);
    }

    /// <summary>
    /// VMs of which nothing has changed but what was charged: most of all rows that are ever written. Not even their version: the entry of
    /// the charge names them. Their phase is another only after charges were set to another round; that it is the same changes no index.
    /// </summary>
    private static NpgsqlBatchCommand UpdateCharged(List<ChangedVm> charged) => new Rows<ChangedVm>(charged)
        .Long(row => row.Number).Int(row => row.Vm.Ordinal).NullableInstant(row => row.Vm.NextCharge)
        .Instant(row => row.Vm.Posted.Through).Long(row => (long)row.Vm.Posted.Usage.Time.TotalMilliseconds).Int(row => row.Vm.Posted.Sequence)
        .Text(row => LedgerText.Of(row.Vm.Posted.Usage)).Text(row => LedgerText.Of(row.Vm.PaidBy))
        .NullableLong(row => Phase(row.Vm.NextCharge, row.Round))
        .In(
            """
            UPDATE metered_vm SET next_charge_ms = c.next_charge, charge_phase_ms = c.phase, posted_through_ms = c.through, posted_time_ms = c.time,
                posted_sequence = c.sequence, posted_priced = c.priced, paid_by = c.paid_by
            FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::int[], $7::text[], $8::text[], $9::bigint[])
                AS c (number, ordinal, next_charge, through, time, sequence, priced, paid_by, phase)
            WHERE metered_vm.balance_number = c.number AND metered_vm.ordinal = c.ordinal
            """);

    /// <summary>VMs that are new, or of which more has changed.</summary>
    private static NpgsqlBatchCommand Upsert(List<ChangedVm> changed) => new Rows<ChangedVm>(changed)
        .Long(row => row.Number).Int(row => row.Vm.Ordinal).Text(row => row.Vm.Id).Text(row => row.Vm.Package).Text(row => row.Vm.Operation)
        .Text(row => row.Vm.Traits.Name).Flag(row => row.Vm.Traits.Locked).Flag(row => row.Vm.Traits.AutoResume).Instant(row => row.Vm.AdmittedAt)
        .Text(row => row.Vm.Status.ToString()).Int(row => row.Vm.Reading.Revision).Instant(row => row.Vm.Reading.Through)
        .Long(row => (long)row.Vm.Reading.Usage.Time.TotalMilliseconds).Text(row => LedgerText.Of(row.Vm.Reading.Usage))
        .NullableInstant(row => row.Vm.Reading.FirstRunning).Int(row => row.Vm.Posted.Sequence).Instant(row => row.Vm.Posted.Through)
        .Long(row => (long)row.Vm.Posted.Usage.Time.TotalMilliseconds).Text(row => LedgerText.Of(row.Vm.Posted.Usage)).Text(row => LedgerText.Of(row.Vm.PaidBy))
        .NullableInstant(row => row.Vm.NextCharge).NullableLong(row => Phase(row.Vm.NextCharge, row.Round)).Flag(row => row.Vm.StoppedAutomatically).Long(row => row.Version)
        .In(
            """
            INSERT INTO metered_vm (balance_number, ordinal, id, package, operation, name, locked, auto_resume, admitted_at_ms, status, revision, through_ms, time_ms, priced,
                first_running_ms, posted_sequence, posted_through_ms, posted_time_ms, posted_priced, paid_by, next_charge_ms, charge_phase_ms, stopped_automatically, version)
            SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::boolean[], $9::bigint[], $10::text[], $11::int[], $12::bigint[],
                $13::bigint[], $14::text[], $15::bigint[], $16::int[], $17::bigint[], $18::bigint[], $19::text[], $20::text[], $21::bigint[], $22::bigint[], $23::boolean[], $24::bigint[])
            ON CONFLICT (balance_number, ordinal) DO UPDATE SET name = excluded.name, locked = excluded.locked, auto_resume = excluded.auto_resume, status = excluded.status,
                revision = excluded.revision, through_ms = excluded.through_ms, time_ms = excluded.time_ms, priced = excluded.priced,
                first_running_ms = excluded.first_running_ms, posted_sequence = excluded.posted_sequence, posted_through_ms = excluded.posted_through_ms,
                posted_time_ms = excluded.posted_time_ms, posted_priced = excluded.posted_priced, paid_by = excluded.paid_by, next_charge_ms = excluded.next_charge_ms,
                charge_phase_ms = excluded.charge_phase_ms, stopped_automatically = excluded.stopped_automatically, version = excluded.version
            """);

    public const string SelectAll =
        """
        SELECT v.id, ordinal, package, operation, name, locked, auto_resume, admitted_at_ms, revision, through_ms, time_ms, priced, status, first_running_ms,
            posted_sequence, posted_through_ms, posted_time_ms, posted_priced, paid_by, next_charge_ms, stopped_automatically
        FROM metered_vm v JOIN balance b ON b.number = v.balance_number WHERE b.balance = $1
        """;

    public static MeteredVm Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetInt32(1), string.Intern(row.GetString(2)), row.GetString(3), new VmTraits(row.GetString(4), row.GetBoolean(5), row.GetBoolean(6)), row.Instant(7),
        new MeterReading(row.GetInt32(8), row.Instant(9), UsageAt(row, 10), row.Named<VmStatus>(12), row.NullableInstant(13)),
        new Watermark(row.GetInt32(14), row.Instant(15), UsageAt(row, 16)), LedgerText.PaidBy(row.GetString(18)), row.NullableInstant(19), row.GetBoolean(20));

    public static async Task<string[]> Since(NpgsqlDataSource database, BalanceId id, long version, long through) =>
        [.. await database.Query(
            "SELECT v.id FROM metered_vm v JOIN balance b ON b.number = v.balance_number WHERE b.balance = $1 AND v.version > $2 AND v.version <= $3 ORDER BY ordinal",
            row => row.GetString(0), id.ToString(), version, through)];

    public static async Task<BalanceId[]> BalancesWithPackage(NpgsqlDataSource database, string region, string package, BalanceId? after, int limit) =>
        [.. await database.Query(
            """
            SELECT b.balance FROM balance b WHERE b.region = $1 AND b.balance > $3 AND EXISTS (
                SELECT FROM metered_vm v WHERE v.balance_number = b.number AND v.package = $2 AND v.status NOT IN ('Deleting', 'Deleted'))
            ORDER BY b.balance LIMIT $4
            """,
            row => BalanceId.Parse(row.GetString(0)), region, package, after?.ToString() ?? "", limit)];

    /// <summary>
    /// By the index of phases: a round of charges has each VM once, so what fell due in a part of it is a part of the index. Phases of a longer round that was
    /// set before are in no part of this one, and so in each, until their VMs are charged again; others of another round are in some part of this one.
    /// </summary>
    public static Task<VmPage> OverdueCharges(NpgsqlDataSource database, ChargeWindow window, string? after, int limit)
    {
        var round = (long)window.Round.TotalMilliseconds;
        var (from, through) = (window.After.ToUnixTimeMilliseconds(), window.By.ToUnixTimeMilliseconds());
        // A whole round, and so is what a clock that was set back leaves in the dark.
        var (first, last) = through - from >= round || through < from ? (0, round) : ((from + 1) % round, through % round);
        return Page(
            database,
            $"""
             charge_phase_ms IS NOT NULL AND {(first <= last ? "(charge_phase_ms BETWEEN $5 AND $6 OR charge_phase_ms >= $8)" : "(charge_phase_ms >= $5 OR charge_phase_ms <= $6)")}
             AND next_charge_ms <= $7 AND (charge_phase_ms, balance_number, ordinal) > ($1, $2, $3) ORDER BY charge_phase_ms, balance_number, ordinal
             """,
            after, limit, first, last, through, round);
    }

    public static Task<VmPage> BetweenStatuses(NpgsqlDataSource database, DateTimeOffset since, string? after, int limit) => Page(
        database,
        """
        status IN ('Creating', 'Starting', 'Stopping', 'Rebooting', 'Deleting') AND through_ms <= $5
        AND (balance_number, ordinal) > ($2, $3) ORDER BY balance_number, ordinal
        """,
        after, limit, since.ToUnixTimeMilliseconds());

    public static Task<VmPage> Living(NpgsqlDataSource database, string? after, int limit) => Page(
        database, "status <> 'Deleted' AND (balance_number, ordinal) > ($2, $3) ORDER BY balance_number, ordinal", after, limit);

    // A page goes on after the key of the last row of the one before: $1 phase, $2 balance, $3 VM.
    private static async Task<VmPage> Page(NpgsqlDataSource database, string condition, string? after, int limit, params object?[] values)
    {
        var key = after?.Split('/').Select(part => long.Parse(part, CultureInfo.InvariantCulture)).ToArray() ?? [-1, 0, 0];
        var rows = await database.Query(
            $"""
             SELECT b.balance, v.id, v.phase, v.balance_number, v.ordinal
             FROM (SELECT id, coalesce(charge_phase_ms, 0) AS phase, balance_number, ordinal FROM metered_vm WHERE {condition} LIMIT $4) v JOIN balance b ON b.number = v.balance_number
             ORDER BY {(condition.Contains("ORDER BY charge_phase_ms", StringComparison.Ordinal) ? "v.phase, " : "")}v.balance_number, v.ordinal
             """,
            row => (Vm: (BalanceId.Parse(row.GetString(0)), row.GetString(1)), Key: string.Create(CultureInfo.InvariantCulture, $"{row.GetInt64(2)}/{row.GetInt64(3)}/{row.GetInt32(4)}")),
            [key[0], key[1], (int)key[2], limit, .. values]);
        return new VmPage([.. rows.Select(row => row.Vm)], rows.Count < limit ? null : rows[^1].Key);
    }

    private static long? Phase(DateTimeOffset? nextCharge, TimeSpan round) => nextCharge?.ToUnixTimeMilliseconds() % (long)round.TotalMilliseconds;

    private static Usage UsageAt(NpgsqlDataReader row, int column) => LedgerText.UsageOf(TimeSpan.FromMilliseconds(row.GetInt64(column)), row.GetString(column + 1));

    private sealed record ChangedVm(long Number, long Version, TimeSpan Round, MeteredVm Vm);
}
