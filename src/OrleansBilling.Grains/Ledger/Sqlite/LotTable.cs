using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>Billing-plan and voucher lots.</summary>
internal static class LotTable
{
    public static void Write(SqliteConnection connection, BalanceCommit commit)
    {
        foreach (var lot in commit.Lots)
            connection.Run(
                """
                INSERT INTO credit_lot (balance, id, ordinal, kind, scope, granted_micros, remaining_micros, effective_ms, expires_ms, state, operation, fingerprint, version)
                VALUES ($balance, $id, $ordinal, $kind, $scope, $granted, $remaining, $effective, $expires, $state, $operation, $fingerprint, $version)
                ON CONFLICT (balance, id) DO UPDATE SET remaining_micros = excluded.remaining_micros, state = excluded.state, version = excluded.version
                """,
                ("balance", commit.After.Id.ToString()), ("id", lot.Id), ("ordinal", lot.Ordinal), ("kind", lot.Kind), ("scope", lot.Scope.ToString()),
                ("granted", lot.Granted.Micros), ("remaining", lot.Remaining.Micros), ("effective", lot.Effective), ("expires", lot.Expires),
                ("state", lot.State), ("operation", lot.Operation), ("fingerprint", lot.Fingerprint), ("version", commit.After.Version));
    }

    public static ImmutableList<CreditLot> Read(SqliteConnection connection, BalanceId id) =>
        [.. connection.Query(
            """
            SELECT id, ordinal, kind, scope, granted_micros, remaining_micros, effective_ms, expires_ms, state, operation, fingerprint
            FROM credit_lot WHERE balance = $balance ORDER BY ordinal
            """,
            row => new CreditLot(
                row.GetString(0), row.GetInt32(1), row.Named<CreditKind>(2), Scope.Parse(row.GetString(3)), new Amount(row.GetInt64(4)), new Amount(row.GetInt64(5)),
                row.Instant(6), row.NullableInstant(7), row.Named<LotState>(8), row.GetString(9), row.GetString(10)),
            ("balance", id.ToString()))];
}
