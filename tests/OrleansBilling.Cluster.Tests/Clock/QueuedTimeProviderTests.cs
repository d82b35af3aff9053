using System.Collections.Concurrent;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Grains;

namespace OrleansBilling.Cluster.Tests.Clock;

/// <summary>The timers of the reminders, against a clock driven by hand. They fire on the thread pool.</summary>
public sealed class QueuedTimeProviderTests
{
    private static readonly DateTimeOffset start = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan never = Timeout.InfiniteTimeSpan;
    private static readonly TimeSpan late = TimeSpan.FromMilliseconds(100);

    private readonly ManualTimeProvider clock = new(start);
    private readonly QueuedTimeProvider queue;
    private readonly ConcurrentQueue<(string Timer, DateTimeOffset At)> fired = new();

    public QueuedTimeProviderTests() => queue = new QueuedTimeProvider(clock, late);

    [Fact]
    public void However_many_timers_wait_the_clock_has_one_for_the_first_of_them()
    {
        for (var seconds = 1_000; seconds > 0; seconds--) _ = Begin($"{seconds}", Seconds(seconds));
        Assert.Equal(start + Seconds(1) + late, Assert.Single(clock.Armed));
    }

    [Fact]
    public async Task Timers_fire_in_turn_never_early_and_together_with_those_that_became_due_since()
    {
        foreach (var milliseconds in new[] { 1_101, 1_000, 1_100, 2_000 }) _ = Begin($"{milliseconds}", TimeSpan.FromMilliseconds(milliseconds));
        clock.AdvanceTo(start.AddMilliseconds(1_099));
        await Fired();
        clock.AdvanceTo(start.AddMilliseconds(1_100));
        await Fired("1000", "1100");
        clock.AdvanceToNext();
        Assert.Equal(start.AddMilliseconds(1_201), clock.Now);
        await Fired("1000", "1100", "1101");
        clock.AdvanceToNext();
        await Fired("1000", "1100", "1101", "2000");
        Assert.Empty(clock.Armed);
    }

    [Fact]
    public async Task At_random_what_is_armed_changed_and_disposed_of_fires_as_a_list_says()
    {
        var seed = Environment.GetEnvironmentVariable("BILLING_SEED") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount;
        var random = new Random(seed);
        var timers = new Dictionary<string, ITimer>();
        var due = new Dictionary<string, DateTimeOffset>();
        var expected = new List<string>();
        for (var step = 0; step < 1_000; step++)
        {
            var name = $"{random.Next(200)}";
            var wait = Seconds(random.Next(100)) + Seconds(1) / 2; // due in the middle of two seconds, where the clock never stands
            switch (random.Next(4))
            {
                case 0 or 1 when !timers.ContainsKey(name):
                    timers.Add(name, Begin(name, wait));
                    due[name] = clock.Now + wait;
                    break;
                case 1 when random.Next(10) == 0:
                    Assert.True(timers[name].Change(never, never));
                    due.Remove(name);
                    break;
                case 0 or 1:
                    Assert.True(timers[name].Change(wait, never));
                    due[name] = clock.Now + wait;
                    break;
                case 2 when timers.Remove(name, out var timer):
                    timer.Dispose();
                    due.Remove(name);
                    break;
                default:
                    clock.Advance(Seconds(random.Next(3)));
                    foreach (var passed in due.Where(timer => timer.Value <= clock.Now).Select(timer => timer.Key).ToList())
                    {
                        expected.Add($"{passed} at {clock.Now:O}");
                        due.Remove(passed);
                    }
                    await Eventually.Holds(() => fired.Count >= expected.Count, $"what is due fires; BILLING_SEED={seed}");
                    break;
            }
        }
        Assert.Equal(expected.Order(), fired.Select(timer => $"{timer.Timer} at {timer.At:O}").Order());
        Assert.NotEmpty(expected);
    }

    [Fact]
    public async Task A_periodic_timer_fires_until_it_is_changed_and_once_for_all_that_it_missed()
    {
        var timer = queue.CreateTimer(_ => fired.Enqueue(("periodic", clock.Now)), null, Seconds(1), Seconds(10));
        clock.AdvanceTo(start + Seconds(1) + late);
        await Fired("periodic");
        clock.AdvanceTo(start + Seconds(45));
        await Fired("periodic", "periodic");
        clock.AdvanceTo(start + Seconds(55) + late);
        await Fired("periodic", "periodic", "periodic");
        Assert.True(timer.Change(Seconds(1), never));
        clock.AdvanceTo(start + Seconds(500));
        await Fired("periodic", "periodic", "periodic", "periodic");
        Assert.Empty(clock.Armed);
    }

    [Fact]
    public async Task What_was_disposed_of_does_not_fire_is_not_changed_and_is_at_rest_when_its_callback_has_ended()
    {
        var gone = Begin("gone", Seconds(1));
        gone.Dispose();
        Assert.False(gone.Change(Seconds(1), never));

        using var entered = new SemaphoreSlim(0);
        using var end = new SemaphoreSlim(0);
        var busy = queue.CreateTimer(_ => { entered.Release(); end.Wait(); }, null, Seconds(1), Seconds(1));
        clock.Advance(Seconds(2));
        await entered.WaitAsync();
        var atRest = busy.DisposeAsync().AsTask();
        Assert.False(atRest.IsCompleted);
        end.Release();
        await atRest;
        clock.Advance(Seconds(60));
        await Fired();
        Assert.False(await entered.WaitAsync(TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task A_callback_sees_the_context_in_which_its_timer_was_made_unless_the_flow_was_suppressed()
    {
        var local = new AsyncLocal<string> { Value = "mine" };
        void Note(object? _) => fired.Enqueue((local.Value ?? "none", clock.Now));
        _ = queue.CreateTimer(Note, null, Seconds(1), never);
        clock.Advance(Seconds(2));
        await Fired("mine");
        using (ExecutionContext.SuppressFlow()) _ = queue.CreateTimer(Note, null, Seconds(1), never);
        clock.Advance(Seconds(2));
        await Fired("mine", "none");
    }

    [Fact]
    public async Task A_time_beyond_what_a_timer_can_wait_for_is_reached()
    {
        _ = Begin("far", TimeSpan.FromDays(100));
        while (clock.Now < start.AddDays(100))
        {
            await Fired();
            Assert.True(clock.NextDue < clock.Now.AddDays(49), "The runtime's timers end there.");
            clock.AdvanceToNext();
        }
        await Fired("far");
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private ITimer Begin(string name, TimeSpan due) => queue.CreateTimer(state => fired.Enqueue(((string)state!, clock.Now)), name, due, never);

    private async Task Fired(params string[] timers)
    {
        await Eventually.Holds(() => fired.Count >= timers.Length, $"{timers.Length} timers have fired");
        Assert.Equal(timers.Order(), fired.Select(timer => timer.Timer).Order());
    }
}
