using Npgsql;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>Billing-plan and voucher lots.</summary>
internal static class LotTable
{
    public static NpgsqlBatchCommand? Write(IReadOnlyList<NumberedCommit> commits)
    {
        var lots = commits.SelectMany(commit => commit.Commit.Lots, (commit, lot) => (commit.Number, commit.Commit.After.Version, Lot: lot)).ToList();
        return lots.Count == 0 ? null : new Rows<(long Number, long Version, CreditLot Lot)>(lots)
            .Long(row => row.Number).Int(row => row.Lot.Ordinal).Text(row => row.Lot.Id).Text(row => row.Lot.Kind.ToString()).Text(row => row.Lot.Scope.ToString())
            .Long(row => row.Lot.Granted.Micros).Long(row => row.Lot.Remaining.Micros).Instant(row => row.Lot.Effective).NullableInstant(row => row.Lot.Expires)
            .Text(row => row.Lot.State.ToString()).Text(row => row.Lot.Operation).Text(row => row.Lot.Fingerprint).Long(row => row.Version)
            .In(
                """
                INSERT INTO credit_lot (balance_number, ordinal, id, kind, scope, granted_micros, remaining_micros, effective_ms, expires_ms, state, operation, fingerprint, version)
                SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::text[], $13::bigint[])
                ON CONFLICT (balance_number, ordinal) DO UPDATE SET remaining_micros = excluded.remaining_micros, state = excluded.state, version = excluded.version
                """);
    }

    public const string SelectAll =
        """
        SELECT id, ordinal, kind, scope, granted_micros, remaining_micros, effective_ms, expires_ms, state, operation, fingerprint
        FROM credit_lot l JOIN balance b ON b.number = l.balance_number WHERE b.balance = $1 ORDER BY ordinal
        """;

    public static CreditLot Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetInt32(1), row.Named<CreditKind>(2), Scope.Parse(row.GetString(3)), new Amount(row.GetInt64(4)), new Amount(row.GetInt64(5)),
        row.Instant(6), row.NullableInstant(7), row.Named<LotState>(8), row.GetString(9), row.GetString(10));
}
