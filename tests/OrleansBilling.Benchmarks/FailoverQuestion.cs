using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Processes;
using OrleansBilling.Grains.Ledger.Postgres;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Benchmarks;

/// <summary>One of three silos is killed: how long until every VM is charged up to date again.</summary>
internal static class FailoverQuestion
{
    private const string Service = "billing";
    private const double Floor = 60;
    private static readonly TimeSpan every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan late = TimeSpan.FromSeconds(5); // then a charge counts as overdue

    public static async Task Ask(string[] arguments)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 3_000;
        await using var server = await PostgresServer.Run();
        var owner = await server.NewDatabase("failover");
        await PostgresMigrations.Apply(owner, "billing_app");
        await Fill(owner, count);
        var hosts = Enumerable.Range(0, 3).Select(_ => new BillingHost(
            ["Role=silo", $"Database:ConnectionString={owner};Maximum Pool Size=25", "Policy:ChargeEvery=00:01:00", "Logging:LogLevel:Default=Warning"])).ToList();
        try
        {
            await Task.WhenAll(hosts.Select(host => host.Start()));
            await using var connection = new NpgsqlConnection(owner);
            await connection.OpenAsync();
            await Steady(connection);

            var watch = Stopwatch.StartNew();
            await hosts[0].Kill();
            var (noticed, lastOverdue, most, longest) = (TimeSpan.Zero, TimeSpan.Zero, 0L, 0L);
            // A whole round without one that is overdue: every VM has been due once since.
            while (noticed == TimeSpan.Zero || watch.Elapsed < Later(noticed, lastOverdue) + every + TimeSpan.FromSeconds(10))
            {
                if (watch.Elapsed > TimeSpan.FromMinutes(10)) throw new TimeoutException("Charges are still overdue, or nobody has noticed.");
                var (overdue, milliseconds, dead) = await Look(connection, hosts[0].SiloPort);
                if (noticed == TimeSpan.Zero && dead) noticed = watch.Elapsed;
                if (overdue > 0) lastOverdue = watch.Elapsed;
                (most, longest) = (Math.Max(most, overdue), Math.Max(longest, milliseconds));
                await Task.Delay(100);
            }
            var table = new Table("VMs", "noticed after", "all charged, after the kill", "after it was noticed", "× 60 s", "overdue at most", "by at most");
            var after = Math.Max(0, (lastOverdue - noticed).TotalSeconds);
            table.Add(
                $"{count:N0}", $"{noticed.TotalSeconds:N1} s", $"{lastOverdue.TotalSeconds:N1} s", $"{after:N1} s", $"{after / Floor:N2}", $"{most:N0}", $"{longest / 1000.0:N1} s");
            table.Print();
        }
        finally
        {
            foreach (var host in hosts) await host.DisposeAsync();
        }
    }

    private static async Task Fill(string owner, int count)
    {
        var policy = new BillingPolicy { ChargeEvery = every };
        await using var database = LedgerDatabase.Open(owner);
        var store = new PostgresLedgerStore(database, NullLogger<PostgresLedgerStore>.Instance);
        await store.AddPrice("vn", new AddPrice($"first/{Fleet.Package}", Fleet.Package, HourlyPrice.Parse(Fleet.PricePerHour), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        var rows = await store.Rules("vn");
        var rules = new BillingRules(policy, new PriceList(Currency.Usd, RegionRules.PackagesOf(rows)), [.. rows.Holds], rows.Revision);
        var vms = await Fleet.Create(store, rules, count / 10, 10, DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
        await GrainRows.WriteStates(owner, Service, vms);
        await GrainRows.WriteReminders(owner, Service, vms);
    }

    /// <summary>Waits until everything has been on time for a round.</summary>
    private static async Task Steady(NpgsqlConnection connection)
    {
        var (began, since) = (Stopwatch.StartNew(), Stopwatch.StartNew());
        while (since.Elapsed < every)
        {
            if (began.Elapsed > TimeSpan.FromMinutes(5)) throw new TimeoutException("The silos do not charge in time, even before one is killed.");
            if ((await Look(connection, silo: 0)).Overdue > 0) since.Restart();
            await Task.Delay(500);
        }
    }

    private static async Task<(long Overdue, long Milliseconds, bool Dead)> Look(NpgsqlConnection connection, int silo)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT count(*) FILTER (WHERE next_charge_ms < $1 - $2), coalesce(max($1 - next_charge_ms), 0), EXISTS (SELECT 1 FROM OrleansMembership WHERE Port = $3 AND Status = 6)
            FROM metered_vm
            """,
            connection)
        {
            Parameters = { new() { Value = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() }, new() { Value = (long)late.TotalMilliseconds }, new() { Value = silo } },
        };
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2));
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
