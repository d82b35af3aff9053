
namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>
/// One tenant on three silos, with everything around them. Everything that is random comes from the seed, and nothing happens in
/// parallel, so a seed plays the same each time.
/// </summary>
internal sealed class World
{
    private readonly Silo[] silos;
    private readonly RegionRulesCopy[] rules;
    private readonly Dictionary<string, int> ticks = [];
    private readonly HashSet<string> reminders = [];
    private int numbers;

    public World(int seed, Sabotage sabotage)
    {
        Random = new Random(seed);
        HasManyPrices = seed % 3 == 0;
        Sabotage = sabotage;
        Faults = new Faults(Random);
        silos = [.. Enumerable.Range(0, 3).Select(number => new Silo(this, number))];
        rules = [.. silos.Select(silo => new RegionRulesCopy(this, silo))];
        (Network, Database, Store, Platform, Client, Audit) = (new(this), new(this), new(this), new(this), new(this), new(this));
    }

    public Random Random { get; }

    /// <summary>Whether prices change so often that VMs fold the first of them.</summary>
    public bool HasManyPrices { get; }

    public Sabotage Sabotage { get; }

    public Faults Faults { get; }

    public Schedule Schedule { get; } = new();

    public Network Network { get; }

    public Database Database { get; }

    public Store Store { get; }

    public Platform Platform { get; }

    public Client Client { get; }

    public Audit Audit { get; }

    public IReadOnlyList<Silo> Silos => silos;

    public DateTimeOffset Now => Schedule.Now;

    /// <summary>Since when nothing goes wrong any more; null before.</summary>
    public DateTimeOffset? HealedAt { get; set; }

    /// <summary>What was found wrong first; null when nothing was.</summary>
    public string? Violation { get; private set; }

    public void Violated(string id, string what) => Violation ??= $"{id}: {what} (at {Now:O}, step {Schedule.Steps})";

    /// <summary>Follows a task to its end: an unknown outcome is part of life, anything else is a mistake of the domain or of this.</summary>
    public async void Watch(Task task)
    {
        try
        {
            await task;
        }
        catch (UnknownOutcomeException)
        {
            // its caller repeats it, or somebody else does
        }
#pragma warning disable CA1031 // whatever it was, it belongs to this seed
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            Violated("thrown", thrown.ToString());
        }
    }

    public TimeSpan Seconds(int from, int to) => Milliseconds(1000 * from, 1000 * to);

    public TimeSpan Milliseconds(int from, int to) => TimeSpan.FromMilliseconds(Random.Next(from, to + 1));

    public int Number() => ++numbers;

    public RegionRulesCopy RulesOf(Silo silo) => rules[silo.Number];

    /// <summary>Calls the balance where it is activated, or where the caller believes that it is.</summary>
    public Task<T> Balance<T>(Silo? caller, Func<BalanceActivation, Task<T>> call)
    {
        if (Route(0) is not { } silo) throw new UnknownOutcomeException("no silo is up");
        return Network.Call(caller, silo, () => call(silo.Balance ??= new BalanceActivation(this, silo)));
    }

    public Task<T> Vm<T>(Silo? caller, string vm, Func<VmActivation, Task<T>> call)
    {
        if (RouteOf(vm) is not { } silo) throw new UnknownOutcomeException("no silo is up");
        return Network.Call(caller, silo, () => call(Activation(silo, vm)));
    }

    public void Tell(OrderMessage order)
    {
        if (RouteOf(order.Vm) is { } silo) Network.Send(silo, () => Activation(silo, order.Vm).Obey(order));
    }

    public void Wake(Silo? caller, string vm) => Watch(Try(() => Vm(caller, vm, activation => activation.Wake())));

    public void WakeBalance(Silo caller) => Watch(Try(() => Balance(caller, balance => balance.Wake())));

    /// <summary>How many ticks of its reminder a VM has had.</summary>
    public int TicksOf(string vm) => ticks.GetValueOrDefault(vm);

    /// <summary>Every quarter hour from an instant on, in time, late, twice, or not at all.</summary>
    public void Remind(string vm, DateTimeOffset since)
    {
        if (!reminders.Add(vm)) return;
        ticks.TryAdd(vm, 0);
        Schedule.At(since.AddMinutes(15), Tick);

        void Tick()
        {
            if (!Store.Vms[vm].State.HasReminder)
            {
                reminders.Remove(vm);
                return;
            }
            Schedule.After(TimeSpan.FromMinutes(15), Tick);
            if (!Faults.Strike(Faults.MissedTicks)) Arrive();
            if (Faults.Strike(Faults.DoubledTicks)) Arrive();
        }

        void Arrive() => Schedule.After(Faults.Strike(Faults.LateTicks) ? Seconds(1, 1200) : TimeSpan.Zero, () =>
        {
            ticks[vm]++;
            Wake(null, vm);
        });
    }

    private static async Task Try<T>(Func<Task<T>> call) => await call();

    private VmActivation Activation(Silo silo, string vm) =>
        silo.Vms.TryGetValue(vm, out var activation) ? activation : silo.Vms[vm] = new VmActivation(this, silo, vm);

    private Silo? RouteOf(string vm)
    {
        var home = 0;
        foreach (var letter in vm) home += letter;
        return Route(home);
    }

    private Silo? Route(int home)
    {
        if (Faults.Strike(Faults.StrayCalls)) home = Random.Next(3);
        for (var i = 0; i < 3; i++)
            if (silos[(home + i) % 3] is { SeemsUp: true } silo) return silo;
        return null;
    }
}
