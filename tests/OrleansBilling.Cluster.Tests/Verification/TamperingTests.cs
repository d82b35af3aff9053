using OrleansBilling.Contracts;
using OrleansBilling.Grains.Verification;

namespace OrleansBilling.Cluster.Tests.Verification;

/// <summary>Histories, rows and balances that were edited by hand.</summary>
public sealed class TamperingTests
{
    [Theory]
    [InlineData("VM c", "status\":2", "status\":9")] // never Running
    [InlineData("VM c", "\"revision\":2", "\"revision\":1")]
    [InlineData("VM a", "status\":9", "status\":4")] // Stopped and not in Error
    public async Task F21_M4_a_status_history_that_was_changed_is_found(string row, string old, string changed)
    {
        await using var cluster = await BusyStory.Play(setup => setup.OnDisk = true);
        var key = $"{cluster.Tenant}/{row[^1]}";
        Assert.Equal(1, cluster.Database.ForceState(key, old, changed));
        var found = Assert.Single((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found);
        Assert.Equal("M4", found.Invariant);
        Assert.StartsWith(row, found.Row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task F21_M10_a_row_that_says_nothing_any_more_is_a_violation_and_no_failure()
    {
        await using var cluster = await BusyStory.Play();
        cluster.Database.Force("UPDATE ledger_entry SET lines = '[' WHERE number = 3");
        Assert.Equal("M10", Assert.Single((await cluster.Service<LedgerVerification>().Verify(cluster.Tenant)).Found).Invariant);
    }

    [Fact]
    public async Task F21_another_balance_is_not_blamed()
    {
        await using var cluster = await BusyStory.Play();
        var (first, second) = (cluster.Tenant, new BalanceId("vn", "t2"));
        cluster.Tenant = second;
        await cluster.TopUp("1");
        cluster.Database.Force("UPDATE balance SET top_up_micros = 7 WHERE balance = 'vn/t2'");
        var verification = cluster.Service<LedgerVerification>();
        Assert.Equal([first, second], await verification.Balances("vn").ToListAsync());
        Assert.Equal([second], await verification.Balances(tenant: "t2").ToListAsync());
        Assert.Empty(await verification.Balances("jp").ToListAsync());
        Assert.Empty((await verification.Verify(first)).Found);
        Assert.Equal(second, Assert.Single((await verification.Verify(second)).Found).Balance);
    }
}
