using System.Data.Common;
using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Cluster.Tests.Once;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Fencing;

/// <summary>Entries are never updated or deleted, and who does it by force is found (M10, F21).</summary>
public sealed class AppendOnlyTests
{
    [Theory]
    [InlineData("UPDATE ledger_entry SET change_micros = change_micros + 1 WHERE number = 2")]
    [InlineData("UPDATE ledger_entry SET description = 'x'")]
    [InlineData("DELETE FROM ledger_entry WHERE number = 1")]
    [InlineData("DELETE FROM ledger_entry")]
    [InlineData("UPDATE price_version SET micros_per_hour = 1")]
    [InlineData("DELETE FROM price_version")]
    [InlineData("UPDATE exchange_rate SET picos = 1")]
    [InlineData("DELETE FROM exchange_rate")]
    public async Task M10_what_is_written_once_is_neither_updated_nor_deleted(string sql)
    {
        await using var cluster = await Played();
        await cluster.Ledger.AddRate("vn", new AddRate("rate", Currency.Vnd, ExchangeRate.Parse("25400"), cluster.Clock.Now));
        var refused = Assert.ThrowsAny<DbException>(() => cluster.Database.Run(sql));
        Assert.Contains("never", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task M10_the_chain_of_hashes_verifies_from_the_first_entry_over_every_kind_of_entry()
    {
        await using var cluster = await Played();
        Assert.Equal([EntryKind.Credit, EntryKind.Charge, EntryKind.Correction, EntryKind.Expiry, EntryKind.Refund, EntryKind.Adjustment], (await cluster.Entries()).Select(entry => entry.Kind).Distinct().Order());
        Assert.Null(await EntryChain.FirstBroken(cluster.Ledger, cluster.Database, cluster.Tenant));
    }

    [Theory]
    [MemberData(nameof(TestDatabase.ColumnsOfACharge), MemberType = typeof(TestDatabase))]
    public async Task F21_M10_a_row_that_was_changed_by_force_is_found(string column, string value)
    {
        await using var cluster = await Played();
        var charge = (await cluster.Entries()).Last(entry => entry.Vm is not null && entry.Lines.Any(line => line.Lot == "topUp")).Number;
        Assert.Equal(1, cluster.Database.Force($"UPDATE ledger_entry SET {column} = {value} WHERE number = {charge}"));
        Assert.Equal(charge, await EntryChain.FirstBroken(cluster.Ledger, cluster.Database, cluster.Tenant));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(0)]
    public async Task F21_M10_a_row_that_was_taken_out_by_force_is_found(int number)
    {
        await using var cluster = await Played();
        if (number == 0) number = (await cluster.Entries()).Length; // the last one: the head of the chain is in the balance
        Assert.Equal(1, cluster.Database.Force($"DELETE FROM ledger_entry WHERE number = {number}"));
        Assert.Equal(number, await EntryChain.FirstBroken(cluster.Ledger, cluster.Database, cluster.Tenant));
    }

    /// <summary>A ledger with every kind of entry.</summary>
    private static async Task<BillingCluster> Played()
    {
        var cluster = await BillingCluster.Start();
        await cluster.TopUp("10");
        await cluster.Billing.Grant(cluster.Tenant, Commanded.Grant("v", "3", ["inference"]) with { Expires = Ladder.At("10:20:00") });
        await Commanded.Send(cluster, "charge", "c", "1");
        await Commanded.Send(cluster, "take-back", "back", "0.5");
        await Commanded.Send(cluster, "adjust", "put-right", "0.25");
        await cluster.Create("a");
        await cluster.AdvanceTo(Ladder.At("10:16:00"));
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("10:10:00"), VmStatus.Error));
        await cluster.Vm("a").Report(new StatusReport(Ladder.At("10:17:00"), VmStatus.Running));
        await cluster.AdvanceTo(Ladder.At("10:45:01"));
        return cluster;
    }
}
