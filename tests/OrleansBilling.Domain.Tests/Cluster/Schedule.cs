namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>The one virtual clock, and what is to happen on it: for one seed always the same, in the same order.</summary>
internal sealed class Schedule
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (DateTimeOffset At, long Order)> waiting = new();
    private long order;

    /// <summary>The true time: nobody in the cluster but the referee, which is the database, knows it.</summary>
    public DateTimeOffset Now { get; private set; } = Start;

    /// <summary>How many events have happened.</summary>
    public int Steps { get; private set; }

    public void At(DateTimeOffset at, Action happens) => waiting.Enqueue(happens, (at < Now ? Now : at, order++));

    public void After(TimeSpan delay, Action happens) => At(Now + delay, happens);

    /// <summary>Lets the next event happen; false when there is none by the limit.</summary>
    public bool Next(DateTimeOffset limit)
    {
        if (!waiting.TryPeek(out _, out var next) || next.At > limit) return false;
        Now = next.At;
        Steps++;
        waiting.Dequeue()();
        return true;
    }

    /// <summary>What has just happened was nothing, such as a timeout of what has been answered.</summary>
    public void WasNothing() => Steps--;
}
