using Orleans.Timers;

namespace OrleansBilling.Benchmarks;

/// <summary>Registers reminders in the name of VMs: only a grain may.</summary>
[Alias("benchmark-registrar")]
public interface IRegistrar : IGrainWithIntegerKey
{
    /// <summary>Registers a reminder for each grain, by seconds from now.</summary>
    [Alias("register")] Task Register(GrainId[] grains, double[] seconds, double period);
}

/// <inheritdoc/>
public sealed class Registrar(IReminderRegistry reminders) : Grain, IRegistrar
{
    /// <inheritdoc/>
    public Task Register(GrainId[] grains, double[] seconds, double period) => Task.WhenAll(
        grains.Zip(seconds, (grain, due) => reminders.RegisterOrUpdateReminder(grain, "charge", TimeSpan.FromSeconds(due), TimeSpan.FromSeconds(period))));

    /// <summary>Registers the reminders of a fleet, some hundreds at a time.</summary>
    internal static async Task RegisterAll(BenchmarkSilo silo, IReadOnlyList<FleetVm> vms)
    {
        var free = new System.Collections.Concurrent.ConcurrentBag<int>(Enumerable.Range(0, 8));
        await Parallel.ForEachAsync(vms.Chunk(25), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (some, _) =>
        {
            if (!free.TryTake(out var registrar)) throw new InvalidOperationException("More than may be in parallel.");
            var now = DateTimeOffset.UtcNow;
            await silo.Grains.GetGrain<IRegistrar>(registrar).Register(
                [.. some.Select(GrainRows.IdOf)], [.. some.Select(vm => (vm.DueAfter(now) - now).TotalSeconds)], some[0].Every.TotalSeconds);
            free.Add(registrar);
        });
    }
}
