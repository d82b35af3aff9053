using Microsoft.Extensions.Logging.Abstractions;
using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Cluster.Tests.Fencing;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Ledger.Postgres;

namespace OrleansBilling.Cluster.Postgres.Tests.Postgres;

/// <summary>Who changes the rules of a region has them alone, and holds every commit of the region up: for no longer than a round trip.</summary>
public sealed class RegionLockTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("price")]
    [InlineData("rate")]
    [InlineData("hold")]
    [InlineData("release")]
    [InlineData("currency")]
    public async Task E1_a_silo_that_stands_still_as_soon_as_it_has_asked_for_the_rules_holds_nobody_up(string change)
    {
        await using var ledger = await TestDatabase.New();
        using var frozen = new FrozenSilo(ledger.Port, "pg_advisory_xact_lock(");
        var silo = new PostgresLedgerStore(ledger.Connections(frozen.Port), NullLogger<PostgresLedgerStore>.Instance);
        await ledger.Open().AddHold("vn", Hold("h"));
        Task changing = change switch
        {
            "price" => silo.AddPrice("vn", Price, () => true),
            "rate" => silo.AddRate("vn", new AddRate("r", Currency.Vnd, ExchangeRate.Parse("25400"), LooseLedger.Now.AddHours(1)), () => true),
            "hold" => silo.AddHold("vn", Hold("other")),
            "release" => silo.EndHold("vn", "h", LooseLedger.Now),
            _ => silo.FixListCurrency("vn", Currency.Usd),
        };
        await frozen.StandsStill.WaitAsync(Patience);

        var revision = (await ledger.Open().Rules("vn")).Revision;
        Assert.NotEqual(CommitResult.Refused, (await ledger.Open().Commit([TopUp(revision)]).WaitAsync(Patience))[0]);
        await changing.WaitAsync(Patience); // the answer still comes: it asks for nothing more
        Assert.Equal(change == "currency" ? 1 : 2, (await ledger.Open().Rules("vn")).Revision);
    }

    [Fact]
    public async Task P3_7_a_price_that_was_too_long_on_its_way_since_the_clock_was_looked_at_is_not_entered()
    {
        await using var ledger = await TestDatabase.New();
        var late = new PostgresLedgerStore(ledger.Connections(), NullLogger<PostgresLedgerStore>.Instance) { EntryTakes = TimeSpan.Zero };
        await Assert.ThrowsAsync<TimeoutException>(() => late.AddPrice("vn", Price, () => true));
        Assert.Equal(0, (await late.Rules("vn")).Revision);
        Assert.Equal(PriceResult.Entered, (await ledger.Open().AddPrice("vn", Price, () => true)).Result);
        Assert.Equal(PriceResult.Entered, (await late.AddPrice("vn", Price, () => false)).Result); // as before
    }

    [Fact]
    public async Task A_client_whose_machine_is_gone_is_noticed_on_every_connection()
    {
        await using var ledger = await TestDatabase.New();
        var connections = ledger.Connections();
        foreach (var database in new[] { connections.Reading, connections.Writing })
            foreach (var (setting, value) in new[] { ("tcp_keepalives_idle", "10"), ("tcp_keepalives_interval", "5"), ("tcp_keepalives_count", "3"), ("tcp_user_timeout", "25000") })
            {
                await using var show = database.CreateCommand($"SELECT current_setting('{setting}')");
                Assert.Equal((setting, value), (setting, await show.ExecuteScalarAsync()));
            }
    }

    private static AddPrice Price => new("p", "1xH100", HourlyPrice.Parse("2"), LooseLedger.Now.AddHours(1));

    private static EnforcementHold Hold(string id) => new(id, HeldActions.Deletion, "test", "me", LooseLedger.Now, LooseLedger.Now.AddHours(1));

    private static BalanceCommit TopUp(long revision) =>
        LooseLedger.Decide(StoredBalance.None(LooseLedger.Tenant("t1")), step => step.TopUp("op", Currency.Usd, Amount.Parse("1"), "x"), revision);
}
