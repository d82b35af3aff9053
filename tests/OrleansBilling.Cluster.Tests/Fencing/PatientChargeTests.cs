using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Tests.Fencing;

/// <summary>A charge that waits for others in its silo's writer must not make its own balance wait.</summary>
public sealed class PatientChargeTests
{
    [Fact]
    public async Task A_charge_that_waits_for_others_waits_no_longer_once_anything_arrives_behind_it_in_its_balance()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await Ladder.Begin(
            setup =>
            {
                setup.Ledger = ledger.Around;
                setup.Services = services => services.AddSingleton(Patient);
            },
            topUp: "10");
        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        await cluster.Create("b");
        var before = ledger.Commits;

        cluster.Clock.AdvanceTo(Ladder.At("10:15:00"));
        var charge = cluster.Vm("a").Wake();
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        Assert.False(charge.IsCompleted);
        Assert.Equal(before, ledger.Commits);

        var behind = cluster.Vm("b").Wake();
        await charge;
        await behind;
        Assert.Equal(["10:15:00 -0.635000 900s"], await cluster.Charges("a"));
    }

    /// <summary>As good as for ever.</summary>
    private static LedgerWriter Patient(IServiceProvider services) => new(
        services.GetRequiredService<ILedgerStore>(), Options.Create(new BillingOptions { ChargesWait = TimeSpan.FromHours(1) }), NullLogger<LedgerWriter>.Instance);
}
