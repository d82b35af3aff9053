namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>The way to the storage: slow, down for a while, doubling writes, and silent about what became of them.</summary>
internal sealed class Database(World world)
{
    private DateTimeOffset downUntil;

    public void GoDown(TimeSpan time) => downUntil = world.Now + time;

    public void Heal() => downUntil = default;

    public Task<T> Read<T>(Silo silo, Func<T> read) => Ask(silo, read, writes: false);

    public Task<T> Write<T>(Silo silo, Func<T> write) => Ask(silo, write, writes: true);

    private Task<T> Ask<T>(Silo silo, Func<T> work, bool writes)
    {
        var answer = new TaskCompletionSource<T>();
        // The database is no part of the silo: what has been sent arrives, whatever becomes of its sender.
        world.Schedule.After(Delay(), () =>
        {
            var faults = world.Faults;
            if (downUntil > world.Now || (writes && faults.Strike(faults.WritesLost)))
            {
                silo.After(Delay(), () => answer.TrySetException(new UnknownOutcomeException("the database is down")));
                return;
            }
            var result = work();
            if (writes && faults.Strike(faults.DoubledWrites)) world.Schedule.After(Delay(), () => work());
            if (writes && faults.Strike(faults.WriteAnswersLost)) silo.After(Delay(), () => answer.TrySetException(new UnknownOutcomeException("the connection broke")));
            else silo.After(Delay(), () => answer.TrySetResult(result));
        });
        return answer.Task;
    }

    private TimeSpan Delay() => world.Faults.Strike(world.Faults.SlowStorage) ? world.Seconds(1, 15) : world.Milliseconds(1, 10);
}
