namespace OrleansBilling.Benchmarks;

/// <summary>Business time as the load drives it: it only goes forward. Timers run on real time.</summary>
internal sealed class LoadClock(DateTimeOffset start) : TimeProvider
{
    private long now = start.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref now), TimeSpan.Zero);

    public void Reach(DateTimeOffset instant)
    {
        for (var seen = Interlocked.Read(ref now); instant.UtcTicks > seen; seen = Interlocked.Read(ref now))
            if (Interlocked.CompareExchange(ref now, instant.UtcTicks, seen) == seen) return;
    }
}
