using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Cluster.Tests.Support;

/// <summary>An order as it is stored.</summary>
internal sealed record OrderRow(int Number, OrderKind Kind, string Vm, DateTimeOffset At, OrderState State, long Entry, long LiveMicros);

/// <summary>Looks into the ledger past everything else.</summary>
internal static class LedgerRows
{
    public static IReadOnlyList<OrderRow> Orders(this BillingCluster cluster, OrderKind? kind = null) =>
        [.. cluster.Database.Query(
            $"SELECT number, kind, vm, at_ms, state, entry_number, live_micros FROM vm_order WHERE {TestDatabase.Of(cluster.Tenant)} ORDER BY number",
            row => new OrderRow(
                row.GetInt32(0), Enum.Parse<OrderKind>(row.GetString(1)), row.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
                Enum.Parse<OrderState>(row.GetString(4)), row.GetInt64(5), row.GetInt64(6)))
            .Where(order => kind is null || order.Kind == kind)];
}
