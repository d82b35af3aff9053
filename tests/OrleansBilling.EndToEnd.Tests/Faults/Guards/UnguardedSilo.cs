using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.EndToEnd.Tests.Faults.Guards;

/// <summary>Takes a guard away from real silos: by a component before their own, and by the owner of their database.</summary>
internal static class UnguardedSilo
{
    /// <summary>Says to a process what it is started without.</summary>
    public const string Variable = "BILLING_TEST_WITHOUT_GUARD";

    /// <summary>What a process is started with to lack a guard.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Variables(Guard removed) =>
    [
        new("DOTNET_STARTUP_HOOKS", typeof(UnguardedSilo).Assembly.Location),
        new(Variable, removed.ToString()),
    ];

    /// <summary>In a process: the component that does without.</summary>
    public static void Take(Guard removed, IServiceCollection services)
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(ILedgerStore)) is not { ImplementationFactory: { } ledger }) return; // a portal
        services.AddSingleton<IIncomingGrainCallFilter>(new SlowOrders(obeyWithoutAsking: removed == Guard.AskedOrder));
        if (removed is Guard.UniqueOperation or Guard.ComparedVersion)
            services.AddSingleton(provider => UnguardedLedger.Before((ILedgerStore)ledger(provider), removed));
        if (removed == Guard.UsageFromHistory)
        {
            var ticks = new CountedTicks();
            services.AddSingleton<IIncomingGrainCallFilter>(ticks);
            services.AddSingleton<IOutgoingGrainCallFilter>(ticks);
        }
    }

    /// <summary>In the database: what would refuse the same once more.</summary>
    public static async Task Take(Guard removed, ClusterUnderTest cluster)
    {
        var statement = removed switch
        {
            Guard.UniqueOperation => "DROP INDEX ledger_entry_operation",
            Guard.ComparedVersion => "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_pkey",
            _ => null,
        };
        if (statement is not null) await Database.PostgresServer.Execute(cluster.Owner, statement);
    }
}
