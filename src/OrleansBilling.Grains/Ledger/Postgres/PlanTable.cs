using Npgsql;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>The periods of billing plans; their credit is in lots.</summary>
internal static class PlanTable
{
    public static NpgsqlBatchCommand? Write(IReadOnlyList<NumberedCommit> commits)
    {
        var plans = commits.SelectMany(commit => commit.Commit.Plans, (commit, plan) => (commit.Number, commit.Commit.After.Version, Plan: plan, plan.Terms)).ToList();
        return plans.Count == 0 ? null : new Rows<(long Number, long Version, Plan Plan, PlanTerms Terms)>(plans)
            .Long(row => row.Number).Int(row => row.Plan.Ordinal).Text(row => row.Plan.Id).Int(row => row.Plan.Period).Text(row => row.Terms.Name).Text(row => row.Terms.Scope.ToString())
            .Instant(row => row.Terms.From).Instant(row => row.Terms.To).Long(row => row.Terms.Credit.Micros).Long(row => row.Terms.Due.Micros).Text(row => row.Terms.Payment.ToString())
            .Text(row => LedgerText.Of(row.Terms.Prices)).Int(row => row.Plan.FirstPrice).Flag(row => row.Plan.Renews).Flag(row => row.Plan.IsCancelled)
            .Text(row => LedgerText.Of(row.Plan.Changes)).Text(row => row.Plan.By).Instant(row => row.Plan.MadeAt).Long(row => row.Version)
            .In(
                """
                INSERT INTO billing_plan (balance_number, ordinal, id, period, name, scope, from_ms, to_ms, credit_micros, due_micros, payment, prices, first_price, renews, cancelled, changes,
                    made_by, made_at_ms, version)
                SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::int[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::text[], $12::text[],
                    $13::int[], $14::boolean[], $15::boolean[], $16::text[], $17::text[], $18::bigint[], $19::bigint[])
                ON CONFLICT (balance_number, ordinal) DO UPDATE SET renews = excluded.renews, cancelled = excluded.cancelled, changes = excluded.changes, version = excluded.version
                """);
    }

    public const string SelectAll =
        """
        SELECT p.id, p.period, p.ordinal, p.name, p.scope, p.from_ms, p.to_ms, p.credit_micros, p.due_micros, p.payment, p.prices, p.first_price, p.renews, p.cancelled, p.changes, p.made_by, p.made_at_ms
        FROM billing_plan p JOIN balance b ON b.number = p.balance_number WHERE b.balance = $1 ORDER BY p.ordinal
        """;

    public static Plan Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetInt32(1), row.GetInt32(2),
        new PlanTerms(
            row.GetString(3), Scope.Parse(row.GetString(4)), row.Instant(5), row.Instant(6), new Amount(row.GetInt64(7)), new Amount(row.GetInt64(8)), row.Named<PlanPayment>(9),
            LedgerText.OwnPrices(row.GetString(10))),
        row.GetInt32(11), row.GetBoolean(12), row.GetBoolean(13), LedgerText.PlanChanges(row.GetString(14)), row.GetString(15), row.Instant(16));
}
