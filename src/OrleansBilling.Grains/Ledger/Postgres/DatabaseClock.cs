using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>
/// The database's clock is the referee of a cluster: a silo whose clock is more than two seconds off it neither decides nor records.
/// Between two looks the time is counted on a clock that nobody sets, so a jump is noticed with the next decision. A silo whose clock has
/// jumped ends, also when it has jumped back since: the runtime activates nothing before the latest time that it has seen. And it does not
/// start while its clock is off.
/// </summary>
public sealed partial class DatabaseClock(NpgsqlDataSource database, IHostApplicationLifetime host, ILogger<DatabaseClock> logger)
    : BackgroundService, IClockReferee, ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan lookEvery = TimeSpan.FromSeconds(5);

    private Look? last;
    private volatile bool jumped;

    /// <inheritdoc/>
    public bool Trusts(DateTimeOffset now)
    {
        if (Volatile.Read(ref last) is not { } look) return false;
        if (look.IsNear(now)) return true;
        jumped = true;
        return false;
    }

    /// <inheritdoc/>
    public ClockWord? LastWord => Volatile.Read(ref last)?.Compared(TimeProvider.System.GetUtcNow());

    /// <summary>Looks once before anything is decided.</summary>
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(DatabaseClock), ServiceLifecycleStage.First, async _ =>
    {
        await TryLook();
        if (jumped) throw new ClockOffException();
    });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryLook();
            await Task.Delay(last is null ? lookEvery / 10 : lookEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TryLook()
    {
        try
        {
            var asked = TimeProvider.System.GetTimestamp();
            var now = await database.Now();
            var answered = TimeProvider.System.GetTimestamp();
            Volatile.Write(ref last, new Look(answered, now, TimeProvider.System.GetElapsedTime(asked, answered)));
        }
#pragma warning disable CA1031 // the last look still holds: time goes on as it did
        catch (Exception unreachable)
#pragma warning restore CA1031
        {
            LookFailed(unreachable);
        }
        Judge();
    }

    private void Judge()
    {
        // Also when the database could not be asked: the last look still says what time it must be.
        if (last is not { } look) return;
        var own = TimeProvider.System.GetUtcNow();
        if (Trusts(own) && !jumped) return;
        ClockOff(own, look.Said + TimeProvider.System.GetElapsedTime(look.Answered));
        host.StopApplication();
    }

    [LoggerMessage(1, LogLevel.Critical, "The clock of this silo has jumped: it says {Own:O}, that of the database {Referee:O}. The silo ends.")]
    private partial void ClockOff(DateTimeOffset own, DateTimeOffset referee);

    [LoggerMessage(2, LogLevel.Warning, "The database's clock could not be asked.")]
    private partial void LookFailed(Exception exception);

    /// <summary>The database's clock said an instant, somewhen between a question and its answer.</summary>
    private sealed record Look(long Answered, DateTimeOffset Said, TimeSpan Took)
    {
        public bool IsNear(DateTimeOffset now) => Compared(now).Offset.Duration() <= IClockReferee.Tolerance;

        /// <summary>It was said between the question and the answer: within that time nobody knows of an offset.</summary>
        public ClockWord Compared(DateTimeOffset now)
        {
            var since = TimeProvider.System.GetElapsedTime(Answered);
            var (earliest, latest) = (Said + since, Said + Took + since);
            return new ClockWord(now < earliest ? now - earliest : now > latest ? now - latest : TimeSpan.Zero, since);
        }
    }
}
