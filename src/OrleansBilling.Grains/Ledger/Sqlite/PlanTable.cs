using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;

namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>The periods of billing plans; their credit is in lots.</summary>
internal static class PlanTable
{
    public static void Write(SqliteConnection connection, BalanceCommit commit)
    {
        foreach (var plan in commit.Plans)
            connection.Run(
                """
                INSERT INTO billing_plan (balance, ordinal, id, period, name, scope, from_ms, to_ms, credit_micros, due_micros, payment, prices, first_price, renews, cancelled, changes,
                    made_by, made_at_ms, version)
                VALUES ($balance, $ordinal, $id, $period, $name, $scope, $from, $to, $credit, $due, $payment, $prices, $firstPrice, $renews, $cancelled, $changes, $by, $at, $version)
                ON CONFLICT (balance, ordinal) DO UPDATE SET renews = excluded.renews, cancelled = excluded.cancelled, changes = excluded.changes, version = excluded.version
                """,
                ("balance", commit.After.Id.ToString()), ("ordinal", plan.Ordinal), ("id", plan.Id), ("period", plan.Period), ("name", plan.Terms.Name), ("scope", plan.Terms.Scope.ToString()),
                ("from", plan.Terms.From), ("to", plan.Terms.To), ("credit", plan.Terms.Credit.Micros), ("due", plan.Terms.Due.Micros), ("payment", plan.Terms.Payment),
                ("prices", LedgerText.Of(plan.Terms.Prices)), ("firstPrice", plan.FirstPrice), ("renews", plan.Renews), ("cancelled", plan.IsCancelled), ("changes", LedgerText.Of(plan.Changes)),
                ("by", plan.By), ("at", plan.MadeAt), ("version", commit.After.Version));
    }

    public static ImmutableList<Plan> Read(SqliteConnection connection, BalanceId id) =>
        [.. connection.Query(
            """
            SELECT id, period, ordinal, name, scope, from_ms, to_ms, credit_micros, due_micros, payment, prices, first_price, renews, cancelled, changes, made_by, made_at_ms
            FROM billing_plan WHERE balance = $balance ORDER BY ordinal
            """,
            row => new Plan(
                row.GetString(0), row.GetInt32(1), row.GetInt32(2),
                new PlanTerms(
                    row.GetString(3), Scope.Parse(row.GetString(4)), row.Instant(5), row.Instant(6), new Amount(row.GetInt64(7)), new Amount(row.GetInt64(8)), row.Named<PlanPayment>(9),
                    LedgerText.OwnPrices(row.GetString(10))),
                row.GetInt32(11), row.GetBoolean(12), row.GetBoolean(13), LedgerText.PlanChanges(row.GetString(14)), row.GetString(15), row.Instant(16)),
            ("balance", id.ToString()))];
}
