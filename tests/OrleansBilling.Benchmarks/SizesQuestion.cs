using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.Grains.Verification;

namespace OrleansBilling.Benchmarks;

/// <summary>What the database keeps of VMs and of their charges, and how fast it all comes back: the constants of deploy/sizes.md.</summary>
internal static class SizesQuestion
{
    private const int VmsEach = 10;
    private const int InFlight = 1000;
    private const int Day = 96; // of quarter hours
    private const int Later = 24;
    private const int Verified = 50; // balances
    private const double Megabyte = 1e6;

    private const string SizeOf =
        """
        SELECT coalesce(t.relname, c.relname), c.relname, pg_table_size(c.oid)
        FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid
        WHERE c.relkind IN ('r', 'i') AND coalesce(t.relname, c.relname) IN ('balance', 'metered_vm', 'ledger_entry', 'orleansgrainstate', 'orleansreminder') AND pg_table_size(c.oid) > 65536
        ORDER BY 1, c.relkind DESC, 2
        """;

    public static async Task Ask(string[] arguments)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 10_000;
        await using var server = await PostgresServer.Run("max_wal_size=16GB", "checkpoint_timeout=1h", "shared_buffers=512MB");
        string database;
        double charges, awake, verified;
        Measured day, later;
        var logged = new Table("a charge of", "WAL bytes");
        await using (var silo = await BenchmarkSilo.Start(server, "sizes"))
        {
            var vms = await silo.CreateFleet(count / VmsEach, VmsEach, withState: true);
            await Registrar.RegisterAll(silo, vms);
            var watch = Stopwatch.StartNew();
            await silo.WakeAll(vms); // each reads its state, and the first of a balance reads that
            awake = count / watch.Elapsed.TotalSeconds;
            database = silo.Database;
            var load = new ChargeLoad(silo, vms, InFlight);
            var readings = await load.Readings();
            day = await load.Measure(0, Day, readings);
            logged.Add("a day without a checkpoint", $"{day.WalBytesEach:N0}");
            var round = Day;
            foreach (var compression in new[] { "off", "lz4" })
            {
                await PostgresServer.Execute(database, $"ALTER SYSTEM SET wal_compression = {compression}");
                await PostgresServer.Execute(database, "SELECT pg_reload_conf()");
                await PostgresServer.Execute(database, "CHECKPOINT");
                logged.Add($"the first quarter hour after a checkpoint, wal_compression {compression}", $"{(await load.Measure(round++, 1, readings)).WalBytesEach:N0}");
            }
            later = await load.Measure(round, Later, readings);
            charges = (await Counters.Read(database)).Entries;
            var verification = silo.Services.GetRequiredService<LedgerVerification>();
            var verifying = Stopwatch.StartNew();
            foreach (var balance in vms.Select(vm => vm.Balance).Distinct().Take(Verified)) await verification.Verify(balance);
            verified = verifying.Elapsed.TotalSeconds;
        }
        NpgsqlConnection.ClearAllPools();

        await server.StopImmediately(); // since the last checkpoint the log alone has it for certain
        var recovering = Stopwatch.StartNew();
        await server.Start();
        var recovered = recovering.Elapsed.TotalSeconds;
        await PostgresServer.Execute(database, "VACUUM ANALYZE");
        var copying = Stopwatch.StartNew();
        await server.Backup();
        var copied = copying.Elapsed.TotalSeconds;
        var all = await PostgresServer.Query<long>(database, "SELECT sum(pg_database_size(oid))::bigint FROM pg_database");

        var sizes = new Table("table", "table or index", "bytes", "of one");
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(SizeOf, connection);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            var (of, each) = rows.GetString(0) switch { "ledger_entry" => ("charge", charges), "balance" => ("balance", count / (double)VmsEach), _ => ("VM", count) };
            sizes.Add(rows.GetString(0), rows.GetString(1), $"{rows.GetInt64(2):N0}", $"{rows.GetInt64(2) / each:N0} a {of}");
        }
        var times = new Table("what", "of", "in", "a second");
        times.Add("VMs read and awake", $"{count:N0}", $"{count / awake:N1} s", $"{awake:N0}");
        times.Add("changes done again from the log", $"{later.WalBytes / Megabyte:N0} MB, {later.Charges:N0} charges", $"{recovered:N1} s", $"{later.WalBytes / Megabyte / recovered:N0} MB, {later.Charges / recovered:N0} charges");
        var entries = charges / (count / VmsEach) * Verified;
        times.Add("entries verified, on as much of a core as it takes", $"{entries:N0}", $"{verified:N1} s", $"{entries / verified:N0}");
        times.Add("base backup", $"{all / Megabyte:N0} MB", $"{copied:N1} s", $"{all / Megabyte / copied:N0} MB");
        sizes.Print();
        Console.WriteLine();
        logged.Print();
        Console.WriteLine();
        times.Print();
    }
}
