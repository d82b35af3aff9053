using System.Globalization;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Benchmarks;

/// <summary>How many bytes of managed heap a VM takes that is in memory: its grain, its reminder, its row in the balance.</summary>
internal static class MemoryQuestion
{
    private const int VmsEach = 10;
    private const int InFlight = 1000; // also at first: connections and their statements are no VM's
    private const double Floor = 6 * 1024;

    public static async Task Ask(string[] arguments)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 100_000;
        await using var server = await PostgresServer.Run("max_wal_size=8GB", "checkpoint_timeout=1h", "shared_buffers=512MB");
        await using var silo = await BenchmarkSilo.Start(server, "memory");
        var vms = await silo.CreateFleet(count / VmsEach, VmsEach, withState: true);
        var some = vms.Where(vm => string.CompareOrdinal(vm.Balance.Tenant, "tenant-000100") < 0).ToList(); // what the first use of anything takes is no VM's
        var balances = vms.Select(vm => vm.Balance).Distinct().ToList();

        var load = new ChargeLoad(silo, some, InFlight);
        await load.Charge(0, 1, await load.Readings());
        await silo.WakeAll(some);
        await Registrar.RegisterAll(silo, some);

        // As they are after a charge. A balance that was loaded alone is its rows; the grain has them once more.
        var start = await Heap();
        load = new ChargeLoad(silo, vms, InFlight);
        await load.Charge(0, 1, await load.Readings());
        var withBalances = await Heap();
        await silo.WakeAll(vms);
        var withVms = await Heap();
        await Registrar.RegisterAll(silo, vms);
        var withReminders = await Heap();
        var rows = new List<StoredBalance>(balances.Count);
        foreach (var balance in balances) rows.Add(await silo.Ledger.Load(balance));
        var withRows = await Heap();
        GC.KeepAlive(rows);
        GC.KeepAlive(vms);

        var resident = count - some.Count;
        var row = (withRows - withReminders) / (double)count;
        var balanceGrain = (withBalances - start) / (double)resident - row;
        var (vm, reminder) = ((withVms - withBalances) / (double)resident, (withReminders - withVms) / (double)resident);
        var all = (withReminders - start) / (double)resident;
        var table = new Table("of a VM", "bytes", "× 6 KB");
        foreach (var (part, bytes) in new[]
                 {
                     ("its grain", vm), ("its reminder", reminder), ("its row in the balance", row), ($"1/{VmsEach} of the balance's grain", balanceGrain), ($"all, at {count:N0} VMs", all),
                 })
            table.Add(part, $"{bytes:N0}", $"{bytes / Floor:N2}");
        table.Print();
    }

    private static async Task<long> Heap()
    {
        await Task.Delay(TimeSpan.FromSeconds(25)); // what is under way ends, and the runtime takes what was called for idle
        for (var times = 0; times < 3; times++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        var bytes = GC.GetTotalMemory(forceFullCollection: true);
        Console.Error.WriteLine($"{bytes / 1048576.0:N1} MB");
        return bytes;
    }
}
