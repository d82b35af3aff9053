using System.Diagnostics;
using System.Globalization;
using OrleansBilling.EndToEnd.Tests.Database;

namespace OrleansBilling.Benchmarks;

/// <summary>What the reminders of many VMs cost: to register them, and the quarter hours of all of them in real time.</summary>
internal static class RemindersQuestion
{
    private static readonly TimeSpan idle = TimeSpan.FromSeconds(20);

    public static async Task Ask(string[] arguments)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 100_000;
        // Every five minutes the service reads all of its reminders again: whole multiples have their share of it.
        var time = TimeSpan.FromSeconds(arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 300);
        await using var server = await PostgresServer.Run("max_wal_size=8GB", "shared_buffers=512MB");
        await using var silo = await BenchmarkSilo.Start(server, "reminders", new SiloSetup { RealTime = true });
        await Task.Delay(idle);
        var nothing = await Measure(silo, idle);

        var vms = await silo.CreateFleet(count / 10, 10, withState: true, start: DateTimeOffset.UtcNow.AddMinutes(-14).AddSeconds(-30));
        var before = await Processor.Read(silo.Database);
        var watch = Stopwatch.StartNew();
        await Registrar.RegisterAll(silo, vms);
        var registering = watch.Elapsed;
        var cost = await Processor.Read(silo.Database) - before;
        Console.Error.WriteLine($"registered in {registering}");
        await silo.WakeAll(vms);
        GC.Collect();
        await Task.Delay(TimeSpan.FromSeconds(20)); // what was late is charged, and what the start left behind is done

        var steady = await Measure(silo, time);
        var registered = new Table("reminders", "registered in", "a second", "µs of silo, each", "µs of database, each");
        registered.Add($"{count:N0}", $"{registering.TotalSeconds:N1} s", $"{count / registering.TotalSeconds:N0}", $"{cost.Silo.TotalMicroseconds / count:N0}", $"{cost.Database.TotalMicroseconds / count:N0}");
        var ticking = new Table("VMs", "charges/s", "of one core: silo", "database", "together", "× a tenth", "µs a charge: silo", "database");
        foreach (var (name, share) in new[] { ("none", nothing), ($"{count:N0}", steady) })
            ticking.Add(
                name, $"{share.Charges:N0}", $"{share.Silo:P1}", $"{share.Database:P1}", $"{share.Silo + share.Database:P1}", $"{(share.Silo + share.Database) / 0.1:N2}",
                share.Charges > 0 ? $"{1e6 * (share.Silo - nothing.Silo) / share.Charges:N0}" : "", share.Charges > 0 ? $"{1e6 * (share.Database - nothing.Database) / share.Charges:N0}" : "");
        registered.Print();
        Console.WriteLine();
        ticking.Print();
    }

    /// <summary>Charges a second, and shares of one core.</summary>
    private static async Task<(double Charges, double Silo, double Database)> Measure(BenchmarkSilo silo, TimeSpan time)
    {
        var entries = (await Counters.Read(silo.Database)).Entries;
        var before = await Processor.Read(silo.Database);
        var watch = Stopwatch.StartNew();
        await Task.Delay(time);
        var used = await Processor.Read(silo.Database) - before;
        var seconds = watch.Elapsed.TotalSeconds;
        return (((await Counters.Read(silo.Database)).Entries - entries) / (seconds + 1.2), used.Silo.TotalSeconds / seconds, used.Database.TotalSeconds / seconds);
    }
}
