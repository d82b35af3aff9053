namespace OrleansBilling.Cluster.Tests.Clock;

/// <summary>
/// A clock which stands still until the test moves it. Moving it is a leap: the clock shows the new time first, and then
/// everything due by then fires, in the order of the due times. So whoever looks at the clock from a callback, at once or
/// later, sees one and the same time.
/// </summary>
/// <remarks>
/// Callbacks run on the thread which advances, except those already due when armed: these go to the thread pool, because
/// whoever arms a timer may not expect it to fire within that very call. A timer re-armed by asynchronous work (a grain
/// timer after its tick, a reminder after its delivery) is not there yet when <see cref="Advance"/> returns: wait for it
/// with <see cref="WaitUntilArmedAsync"/> before advancing again.
/// <para>
/// Advance a reminder to a little after its time, not to it. Orleans computes the next tick from the time it finds
/// after a delivery; if that is still the very tick of the last one, it takes the reminder for due at once.
/// </para>
/// </remarks>
public sealed class ManualTimeProvider : TimeProvider
{
    /// <summary>How long, in real time, a wait goes on before it fails.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    private readonly Lock sync = new();
    private readonly List<ManualTimer> armed = [];
    private readonly DateTimeOffset start;
    private DateTimeOffset now;
    private long sequence;
    private TaskCompletionSource changed = NewSignal();

    public ManualTimeProvider(DateTimeOffset start)
    {
        this.start = start.ToUniversalTime();
        now = this.start;
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>What the clock shows; the same as <see cref="GetUtcNow"/>.</summary>
    public DateTimeOffset Now => GetUtcNow();

    /// <summary>The due times of all armed timers, earliest first. A due time occurs once for each timer.</summary>
    public IReadOnlyList<DateTimeOffset> Armed
    {
        get
        {
            lock (sync)
                return [.. armed.Select(timer => timer.Due)];
        }
    }

    /// <summary>When the next timer is due, or null if none is armed.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (sync)
                return armed.Count == 0 ? null : armed[0].Due;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (sync)
            return now;
    }

    public override long GetTimestamp()
    {
        lock (sync)
            return (now - start).Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on and fires what has become due.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        AdvanceTo(Now + by);
    }

    /// <inheritdoc cref="Advance"/>
    public void AdvanceTo(DateTimeOffset target)
    {
        long last;
        lock (sync)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(target, now);
            now = target.ToUniversalTime();
            last = sequence;
        }

        while (true)
        {
            ManualTimer? timer;
            lock (sync)
            {
                // Not those armed meanwhile for at once: they have the thread pool, and would keep this loop going for ever
                // if their callbacks arm them again and again.
                timer = armed.Find(candidate => candidate.Due <= target && candidate.Sequence <= last);
                if (timer is null)
                    return;
                Rearm(timer, timer.Period > TimeSpan.Zero ? timer.Due + timer.Period : null);
            }

            timer.Fire();
        }
    }

    /// <summary>Moves the clock to the next armed timer, or so much later, and fires what is due then. Returns its time.</summary>
    public DateTimeOffset AdvanceToNext(TimeSpan late = default)
    {
        AdvanceTo((NextDue ?? throw new InvalidOperationException("No timer is armed.")) + late);
        return Now;
    }

    /// <summary>Waits, in real time, until <paramref name="count"/> timers are armed for exactly <paramref name="due"/>.</summary>
    public Task WaitUntilArmedAsync(DateTimeOffset due, int count = 1, TimeSpan? timeout = null) =>
        WaitUntilAsync(timers => timers.Count(t => t == due) >= count, timeout);

    /// <summary>Waits, in real time, until the due times of the armed timers satisfy the condition.</summary>
    public async Task WaitUntilAsync(Func<IReadOnlyList<DateTimeOffset>, bool> condition, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        using var cancellation = new CancellationTokenSource(timeout ?? DefaultTimeout);
        while (true)
        {
            Task signal;
            lock (sync)
                signal = changed.Task;
            var timers = Armed;
            if (condition(timers))
                return;
            try
            {
                await signal.WaitAsync(cancellation.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"At {Now:O} the timers armed are not the expected ones: {string.Join(", ", timers.Select(t => t.ToString("O")))}.");
            }
        }
    }

    /// <summary>Must be called with the lock held.</summary>
    private void Rearm(ManualTimer timer, DateTimeOffset? due)
    {
        armed.Remove(timer);
        if (due is { } time)
        {
            timer.Due = time;
            var index = armed.FindIndex(other => other.Due > time);
            armed.Insert(index < 0 ? armed.Count : index, timer);
        }

        var signal = changed;
        changed = NewSignal();
        signal.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        // As a system timer does; null where the creator has suppressed the flow.
        private readonly ExecutionContext? context = ExecutionContext.Capture();
        private bool disposed;

        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; private set; }

        /// <summary>Which of all the calls of <see cref="Change"/> has armed it.</summary>
        public long Sequence { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime < TimeSpan.Zero && dueTime != Timeout.InfiniteTimeSpan)
                throw new ArgumentOutOfRangeException(nameof(dueTime));
            if (period < TimeSpan.Zero && period != Timeout.InfiniteTimeSpan)
                throw new ArgumentOutOfRangeException(nameof(period));
            long armedAs;
            lock (clock.sync)
            {
                if (disposed)
                    return false;
                Period = period;
                Sequence = ++clock.sequence;
                clock.Rearm(this, dueTime == Timeout.InfiniteTimeSpan ? null : clock.now + dueTime);
                armedAs = Sequence;
            }

            if (dueTime == TimeSpan.Zero)
                ThreadPool.QueueUserWorkItem(_ => FireIfStillArmed(armedAs));
            return true;
        }

        public void Fire()
        {
            if (context is null)
                callback(state);
            else
                ExecutionContext.Run(context, _ => callback(state), null);
        }

        public void Dispose()
        {
            lock (clock.sync)
            {
                disposed = true;
                clock.Rearm(this, null);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>Unless an advance got there first, or the timer has been changed since.</summary>
        private void FireIfStillArmed(long armedAs)
        {
            lock (clock.sync)
            {
                if (!clock.armed.Contains(this) || Sequence != armedAs)
                    return;
                clock.Rearm(this, Period > TimeSpan.Zero ? Due + Period : null);
            }

            Fire();
        }
    }
}
