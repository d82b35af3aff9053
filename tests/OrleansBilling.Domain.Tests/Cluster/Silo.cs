using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>
/// A process that may hold activations, with a clock of its own. What it was doing when it was killed never goes on; what it was doing
/// when it was frozen goes on when it wakes, with the copies that it had.
/// </summary>
internal sealed class Silo(World world, int number)
{
    // How long the others wait before they take a silo for dead.
    private static readonly TimeSpan Suspicion = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private TimeSpan ahead;
    private DateTimeOffset? racingSince; // sixty times too fast from here on
    private DateTimeOffset frozenAt;
    private DateTimeOffset frozenUntil;
    private readonly List<Action> asleep = []; // goes on all at once when it wakes, however that comes about
    private int life;

    public int Number => number;

    public bool IsUp { get; private set; } = true;

    public BalanceActivation? Balance { get; set; }

    public Dictionary<string, VmActivation> Vms { get; } = [];

    public bool IsFrozen => frozenUntil > world.Now;

    /// <summary>Where calls may go, as far as anybody knows.</summary>
    public bool SeemsUp => IsUp && !(IsFrozen && world.Now - frozenAt > Suspicion);

    /// <summary>Whether the referee, which is the database, lets it decide anything by its clock.</summary>
    public bool IsTrusted => (Now - world.Now).Duration() <= Tolerance;

    /// <summary>What time it takes it to be.</summary>
    public DateTimeOffset Now => world.Now + ahead + (racingSince is { } since ? TimeSpan.FromTicks((world.Now - since).Ticks * 59) : TimeSpan.Zero);

    /// <summary>Lets something happen here, unless this process has ended by then.</summary>
    public void After(TimeSpan delay, Action happens)
    {
        var now = life;
        world.Schedule.After(delay, () => Run(now, happens));
    }

    public void Kill(TimeSpan down)
    {
        life++;
        IsUp = false;
        frozenUntil = default;
        Balance = null;
        Vms.Clear();
        world.Schedule.After(down, Start);
    }

    public void Freeze(TimeSpan time)
    {
        if (IsFrozen) return;
        frozenAt = world.Now;
        frozenUntil = world.Now + time;
        world.Schedule.At(frozenUntil, Wake);
    }

    public void Jump(TimeSpan by) => ahead = by;

    public void Race() => racingSince ??= world.Now;

    public void CorrectClock() => (ahead, racingSince) = (TimeSpan.Zero, null);

    public void Heal()
    {
        CorrectClock();
        frozenUntil = default;
        Wake();
        if (!IsUp) Start();
    }

    /// <summary>
    /// A start wakes every VM once that lives as far as its balance knows: only the VM knows of a change that its balance has not heard.
    /// </summary>
    private void Start()
    {
        if (IsUp) return;
        IsUp = true;
        foreach (var vm in world.Store.Stored.Balance.Vms.Values)
            if (vm.Status != VmStatus.Deleted) world.Wake(this, vm.Id);
    }

    private void Run(int when, Action happens)
    {
        if (when != life) return;
        if (IsFrozen) asleep.Add(() => Run(when, happens));
        else happens();
    }

    private void Wake()
    {
        if (IsFrozen) return; // since then killed, started and frozen anew
        foreach (var happens in asleep) world.Schedule.After(TimeSpan.Zero, happens);
        asleep.Clear();
    }
}
