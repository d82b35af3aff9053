namespace OrleansBilling.Cluster.Tests.Clock;

/// <summary>
/// The clock of the reminders: the same instants, but every timer fires a millisecond late, as in life. On a clock that stands exactly
/// on a tick the reminder service would take the same tick for due again and again.
/// </summary>
internal sealed class LateTimers(TimeProvider clock) : TimeProvider
{
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(1);

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(clock.CreateTimer(callback, state, After(dueTime), period));

    private static TimeSpan After(TimeSpan time) => time < TimeSpan.Zero ? time : time + Late;

    private sealed class Timer(ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(After(dueTime), period);

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
