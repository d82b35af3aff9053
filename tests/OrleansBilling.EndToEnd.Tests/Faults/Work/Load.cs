using System.Globalization;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;

namespace OrleansBilling.EndToEnd.Tests.Faults.Work;

/// <summary>Tenants that all work at once, and an operator who enters prices.</summary>
internal sealed class Load : IDisposable
{
    private static readonly TimeSpan betweenPrices = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource enough = new();
    private readonly CancellationTokenSource givenUp = new();
    private readonly Person operators;
    private readonly List<Worker> workers = [];
    private Task working = Task.CompletedTask;

    private Load(ClusterUnderTest cluster, WorkLog log) => (Log, operators) = (log, new Person(cluster, log, givenUp.Token));

    public WorkLog Log { get; }

    public IReadOnlyList<Worker> Workers => workers;

    /// <summary>Every tenant has signed in, paid and made its first VMs, and goes on by itself.</summary>
    public static async Task<Load> Begin(ClusterUnderTest cluster, int tenants, int seed)
    {
        var load = new Load(cluster, new WorkLog());
        await load.operators.SignInAsOperator();
        await cluster.HaveIdleTenant();
        await Task.WhenAll(Enumerable.Range(0, tenants).Select(async i =>
        {
            var person = new Person(cluster, load.Log, load.givenUp.Token);
            await person.SignIn(string.Create(CultureInfo.InvariantCulture, $"tenant-{Guid.NewGuid():N}-{i}@example.com"));
            var worker = new Worker(person, load.operators, cluster.Gateways, careless: i % 2 == 1, seed + i);
            lock (load.workers) load.workers.Add(worker);
            await worker.Begin();
        }));
        load.working = Task.WhenAll([.. load.workers.Select(worker => Task.Run(() => worker.Run(load.enough.Token))), Task.Run(load.EnterPrices)]);
        return load;
    }

    /// <summary>Nobody begins anything new; what is unanswered is repeated until it is answered, or until nobody waits for it any more.</summary>
    /// <returns>Whether all was answered.</returns>
    public async Task<bool> Finish(TimeSpan within)
    {
        await enough.CancelAsync();
        var finished = await Task.WhenAny(working, Task.Delay(within)) == working;
        await givenUp.CancelAsync();
        await working;
        return finished;
    }

    // What holds up the rules of a region holds up every balance in it.
    private async Task EnterPrices()
    {
        while (!enough.IsCancellationRequested)
        {
            await operators.EnterPrice();
            await Task.Delay(betweenPrices, CancellationToken.None);
        }
    }

    public void Dispose()
    {
        enough.Cancel();
        givenUp.Cancel();
        operators.Dispose();
        foreach (var worker in workers) worker.Person.Dispose();
        enough.Dispose();
        givenUp.Dispose();
    }
}
