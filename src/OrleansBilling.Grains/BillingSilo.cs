using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Reminders;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Ledger.Sqlite;
using OrleansBilling.Grains.Machines;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Grains;

/// <summary>Puts the billing grains into a silo.</summary>
public static class BillingSilo
{
    /// <summary>
    /// The grains with their ledger, sweep and simulated platform. The host brings membership, reminders and a grain storage named
    /// <see cref="StorageNames.State"/>; a cloud replaces <see cref="IMachinePlatform"/>.
    /// </summary>
    public static ISiloBuilder AddOrleansBilling(this ISiloBuilder silo, string ledgerFile, Action<BillingOptions> configure)
    {
        silo.Services.AddOptions<BillingOptions>().Configure(configure).Validate(options => options.Checked() is not null);
        silo.Services.AddOptions<SimulatedPlatformOptions>();
        silo.Services.TryAddSingleton<ILedgerStore>(services =>
        {
            var database = new SqliteDatabase(ledgerFile);
            SqliteMigrations.Apply(database, "ledger");
            return ActivatorUtilities.CreateInstance<SqliteLedgerStore>(services, database);
        });
        silo.Services.AddSingleton<LedgerWriter>();
        silo.Services.AddSingleton<RegionRules>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, FirstPrices>();
        silo.Services.AddSingleton<IMachineReports, MachineReports>();
        silo.Services.TryAddSingleton<SimulatedMachinePlatform>();
        silo.Services.TryAddSingleton<IMachinePlatform>(services => services.GetRequiredService<SimulatedMachinePlatform>());
        silo.Services.AddHostedService<OverdueSweep>();
        return silo;
    }

    /// <summary>
    /// Business runs on this clock: grains follow it, and reminders, unless they get one of their own; the runtime's own timers stay
    /// on real time.
    /// </summary>
    public static ISiloBuilder UseBusinessClock(this ISiloBuilder silo, TimeProvider clock, TimeProvider? reminders = null)
    {
        silo.Services.AddKeyedSingleton(TimeProviderNames.Grains, clock);
        silo.Services.AddKeyedSingleton(ReminderTimeProviderNames.Reminders, reminders ?? clock);
        return silo;
    }
}
