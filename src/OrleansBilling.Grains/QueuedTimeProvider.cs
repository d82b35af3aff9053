namespace OrleansBilling.Grains;

/// <summary>
/// The same clock, with timers that cost nothing while they wait. The runtime looks at each of its own that is far off three times a
/// second, which is dear where every VM has one. Here they wait in a heap, and only the first of them has a timer of the clock.
/// </summary>
/// <remarks>
/// No timer fires early, as those of the clock may by some milliseconds, after which who waits for an instant would have to wait again.
/// Instead a timer fires up to <paramref name="late"/> late, together with all that have become due since.
/// </remarks>
/// <param name="clock">The clock.</param>
/// <param name="late">How late timers fire at most, beyond what the clock's own are late.</param>
public sealed class QueuedTimeProvider(TimeProvider clock, TimeSpan late) : TimeProvider
{
    private static readonly TimeSpan longestWait = TimeSpan.FromDays(1); // looks again then; timers have an end

    private readonly Lock sync = new();
    private readonly List<QueuedTimer> heap = []; // none is due before the one at half its place
    private readonly long origin = clock.GetTimestamp();
    private ITimer? alarm;
    private TimeSpan alarmAt = TimeSpan.MaxValue;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override long TimestampFrequency => clock.TimestampFrequency;

    private TimeSpan Now => clock.GetElapsedTime(origin);

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new QueuedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    // From here on, whoever calls holds the lock.

    private void Enter(QueuedTimer timer)
    {
        heap.Add(timer);
        Settle(timer, heap.Count - 1);
        SetAlarm();
    }

    private void Leave(QueuedTimer timer)
    {
        if (timer.Place < 0) return;
        var last = heap[^1];
        heap.RemoveAt(heap.Count - 1);
        if (last != timer) Settle(last, timer.Place);
        timer.Place = -1;
    }

    /// <summary>From a place that is free, up past those that are due later, or down past those that are due earlier.</summary>
    private void Settle(QueuedTimer timer, int place)
    {
        for (int above; place > 0 && timer.Due < heap[above = (place - 1) / 2].Due; place = above) Put(heap[above], place);
        while (true)
        {
            var below = 2 * place + 1;
            if (below + 1 < heap.Count && heap[below + 1].Due < heap[below].Due) below++;
            if (below >= heap.Count || timer.Due <= heap[below].Due) break;
            Put(heap[below], place);
            place = below;
        }
        Put(timer, place);
    }

    private void Put(QueuedTimer timer, int place)
    {
        heap[place] = timer;
        timer.Place = place;
    }

    /// <summary>Never later than it is needed. It may ring for nothing, where the first timer has gone.</summary>
    private void SetAlarm()
    {
        if (heap.Count == 0 || heap[0].Due + late >= alarmAt) return;
        var now = Now;
        var wait = TimeSpan.FromTicks(Math.Clamp((heap[0].Due + late - now).Ticks, 0, longestWait.Ticks));
        alarmAt = now + wait;
        alarm ??= clock.CreateTimer(static queue => ((QueuedTimeProvider)queue!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        alarm.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Ring()
    {
        lock (sync)
        {
            alarmAt = TimeSpan.MaxValue;
            for (var now = Now; heap.Count > 0 && heap[0] is { } timer && timer.Due <= now;)
            {
                Leave(timer);
                if (timer.Again(now)) Enter(timer);
                ThreadPool.UnsafeQueueUserWorkItem(timer, preferLocal: false);
            }
            SetAlarm();
        }
    }

    /// <summary>One object, like the runtime's own: there are as many as VMs.</summary>
    private sealed class QueuedTimer(QueuedTimeProvider queue, TimerCallback callback, object? state) : ITimer, IThreadPoolWorkItem
    {
        private readonly ExecutionContext? context = ExecutionContext.Capture(); // null where its creator has suppressed the flow
        private TimerCallback? callback = callback; // null once it was disposed of
        private object? state = state;
        private TimeSpan period;
        private int running;
        private TaskCompletionSource? atRest;

        public TimeSpan Due { get; private set; }

        /// <summary>Its place in the heap, or −1.</summary>
        public int Place { get; set; } = -1;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Timeout.InfiniteTimeSpan) ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
            if (period != Timeout.InfiniteTimeSpan) ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.Zero);
            lock (queue.sync)
            {
                if (callback is null) return false;
                queue.Leave(this);
                this.period = period;
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = queue.Now + dueTime;
                queue.Enter(this);
                return true;
            }
        }

        /// <summary>Whether it fires once more. Of the times that were missed there is one.</summary>
        public bool Again(TimeSpan now)
        {
            if (period <= TimeSpan.Zero) return false;
            Due = Due + period > now ? Due + period : now + period;
            return true;
        }

        public void Execute()
        {
            TimerCallback? called;
            object? with;
            lock (queue.sync)
            {
                (called, with) = (callback, state);
                if (called is null) return;
                running++;
            }
            try
            {
                if (context is null) called(with);
                else ExecutionContext.Run(context, called.Invoke, with);
            }
            finally
            {
                lock (queue.sync)
                    if (--running == 0) atRest?.TrySetResult();
            }
        }

        public void Dispose()
        {
            lock (queue.sync)
            {
                queue.Leave(this);
                (callback, state) = (null, null);
            }
        }

        /// <summary>Ends when nothing of it runs any more.</summary>
        public ValueTask DisposeAsync()
        {
            Dispose();
            lock (queue.sync)
            {
                if (running == 0) return ValueTask.CompletedTask;
                atRest ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return new ValueTask(atRest.Task);
            }
        }
    }
}
