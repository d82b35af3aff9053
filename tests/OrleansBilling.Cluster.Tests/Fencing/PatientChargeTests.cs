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
        // A hurry that was for an earlier write may be left over, and a charge that waits then waits no longer: so it has several rounds.
        var waited = false;
        for (var at = Ladder.At("10:15:00"); !waited && at < Ladder.At("12:00:00"); at += TimeSpan.FromMinutes(15))
        {
            cluster.Clock.AdvanceTo(at);
            var before = ledger.Commits;
            var charge = cluster.Vm("a").Wake();
            await Task.Delay(TimeSpan.FromMilliseconds(200));
            waited = !charge.IsCompleted && ledger.Commits == before;

            var behind = cluster.TopUp("1");
            await charge.WaitAsync(TimeSpan.FromMinutes(2)); // of the hour that it would wait alone
            await behind;
        }
        Assert.True(waited);
        Assert.StartsWith("10:15:00 -0.635000 900s", (await cluster.Charges("a"))[0], StringComparison.Ordinal);
    }

    /// <summary>As good as for ever.</summary>
    private static LedgerWriter Patient(IServiceProvider services) => new(
        services.GetRequiredService<ILedgerStore>(), Options.Create(new BillingOptions { ChargesWait = TimeSpan.FromHours(1) }), NullLogger<LedgerWriter>.Instance);
}
