using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Reminders;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Ledger.Postgres;
using OrleansBilling.Grains.Ledger.Sqlite;
using OrleansBilling.Grains.Machines;
using OrleansBilling.Grains.Notices;
using OrleansBilling.Grains.Notices.Mail;
using OrleansBilling.Grains.Notices.Webhooks;
using OrleansBilling.Grains.Pricing;
using OrleansBilling.Grains.Telemetry;
using OrleansBilling.Grains.Verification;
using OrleansBilling.Grains.Vouchers;
using OrleansBilling.Payments;

namespace OrleansBilling.Grains;

/// <summary>Puts the billing grains into a silo.</summary>
public static class BillingSilo
{
    /// <summary>
    /// The grains with their ledger in a SQLite file of this silo alone, their sweep and a simulated platform. The host brings
    /// membership, reminders and a grain storage named <see cref="StorageNames.State"/>; a cloud replaces <see cref="IMachinePlatform"/>.
    /// </summary>
    public static ISiloBuilder AddOrleansBilling(this ISiloBuilder silo, string ledgerFile, Action<BillingOptions> configure)
    {
        silo.Services.AddSingleton(_ =>
        {
            var database = new SqliteDatabase(ledgerFile);
            SqliteMigrations.Apply(database, "ledger");
            return database;
        });
        silo.Services.TryAddSingleton<IOutbox, SqliteOutbox>();
        silo.Services.TryAddSingleton<ILedgerCounts, SqliteLedgerCounts>();
        return silo.AddOrleansBilling(services => ActivatorUtilities.CreateInstance<SqliteLedgerStore>(services), configure);
    }

    /// <summary>The same with the ledger in PostgreSQL, which the silos of a cluster share.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="ledger">Its database, of which no file is missing; see <see cref="LedgerDatabase.Open"/>. Ends with the silo.</param>
    /// <param name="configure">The settings.</param>
    public static ISiloBuilder AddOrleansBilling(this ISiloBuilder silo, Func<IServiceProvider, LedgerDatabase> ledger, Action<BillingOptions> configure)
    {
        silo.Services.AddSingleton(ledger);
        silo.Services.TryAddSingleton<IOutbox, PostgresOutbox>();
        silo.Services.TryAddSingleton<ILedgerCounts, PostgresLedgerCounts>();
        return silo.AddClockReferee().AddOrleansBilling(services => ActivatorUtilities.CreateInstance<PostgresLedgerStore>(services), configure);
    }

    private static ISiloBuilder AddOrleansBilling(this ISiloBuilder silo, Func<IServiceProvider, ILedgerStore> ledger, Action<BillingOptions> configure)
    {
        silo.Services.AddOptions<BillingOptions>().Configure(configure).Validate(options => options.Checked() is not null);
        silo.Services.AddOptions<SimulatedPlatformOptions>();
        silo.Services.TryAddSingleton(ledger);
        silo.Services.TryAddSingleton<IClockReferee, OwnClock>();
        silo.Services.TryAddSingleton<LedgerWriter>();
        silo.Services.AddSingleton<RegionRules>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, FirstPrices>();
        silo.Services.AddSingleton<IMachineReports, MachineReports>();
        silo.Services.TryAddSingleton<SimulatedMachinePlatform>();
        silo.Services.TryAddSingleton<IMachinePlatform>(services => services.GetRequiredService<SimulatedMachinePlatform>());
        // None, unless the host sets gateways up.
        silo.Services.TryAddSingleton<PaymentOptions>();
        silo.Services.TryAddSingleton<PaymentMatrix>();
        silo.Services.AddSingleton<VoucherCodes>();
        silo.Services.AddHostedService<OverdueSweep>();
        silo.Services.AddHostedService<LedgerGauges>();
        silo.Services.AddHostedService<SiloGauges>();
        silo.AddNotices();
        silo.Services.AddSingleton<StoredStates>();
        silo.Services.AddSingleton<IVmHistories, StoredVmHistories>();
        silo.Services.AddSingleton<IStoredPayments, StoredPaymentStates>();
        silo.Services.AddSingleton<LedgerVerification>();
        silo.Services.AddHostedService<VerificationJob>();
        silo.Services.AddRateImport();
        return silo;
    }

    private static void AddNotices(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<OutboxSignal>();
        silo.Services.AddSingleton<NoticeWriter>();
        silo.Services.TryAddSingleton<IMailServer, SmtpMailServer>();
        silo.Services.AddSingleton<INoticeChannel, MailChannel>();
        silo.Services.AddSingleton<INoticeChannel, WebhookChannel>();
        silo.Services.AddHostedService<NoticeDelivery>();
    }

    /// <summary>Silos agree on the time by the database's clock; business time that somebody drives has no other clock to agree with.</summary>
    private static ISiloBuilder AddClockReferee(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<DatabaseClock>(services, services.GetRequiredService<LedgerDatabase>().Reading));
        silo.Services.AddHostedService(services => services.GetRequiredService<DatabaseClock>());
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<DatabaseClock>());
        silo.Services.TryAddSingleton<IClockReferee>(services =>
            services.GetKeyedService<TimeProvider>(TimeProviderNames.Grains) == TimeProvider.System ? services.GetRequiredService<DatabaseClock>() : new OwnClock());
        return silo;
    }

    /// <summary>
    /// Business runs on this clock: grains follow it, and reminders, which are as many as VMs and wait in a queue of their own, unless
    /// they get another clock; the runtime's own timers stay on real time.
    /// </summary>
    public static ISiloBuilder UseBusinessClock(this ISiloBuilder silo, TimeProvider clock, TimeProvider? reminders = null)
    {
        silo.Services.AddKeyedSingleton(TimeProviderNames.Grains, clock);
        silo.Services.AddKeyedSingleton(ReminderTimeProviderNames.Reminders, reminders ?? new QueuedTimeProvider(clock, late: TimeSpan.FromMilliseconds(100)));
        return silo;
    }
}
