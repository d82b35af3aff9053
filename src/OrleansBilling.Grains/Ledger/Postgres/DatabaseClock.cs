using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>
/// The database's clock is the referee of a cluster: a silo whose clock is more than two seconds off it neither decides nor records.
/// Between two looks the time is counted on a clock that nobody sets, so a jump is noticed with the next decision. A silo that stays off
/// ends, so that its grains live elsewhere, and does not start.
/// </summary>
public sealed partial class DatabaseClock(NpgsqlDataSource database, IHostApplicationLifetime host, ILogger<DatabaseClock> logger)
    : BackgroundService, IClockReferee, ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>How far off a silo's clock may be.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan lookEvery = TimeSpan.FromSeconds(5);

    private const int Patience = 3; // looks

    private Look? last;
    private int off; // for so many looks

    /// <inheritdoc/>
    public bool Trusts(DateTimeOffset now) => Volatile.Read(ref last) is { } look && look.IsNear(now);

    /// <summary>Looks once before anything is decided.</summary>
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(DatabaseClock), ServiceLifecycleStage.First, async _ =>
    {
        await TryLook();
        if (off > 0) throw new ClockOffException();
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
            var now = (await database.Query("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint", row => row.Instant(0))).Single();
            var answered = TimeProvider.System.GetTimestamp();
            Volatile.Write(ref last, new Look(answered, now, TimeProvider.System.GetElapsedTime(asked, answered)));
            off = Trusts(TimeProvider.System.GetUtcNow()) ? 0 : off + 1;
            if (off > 0) ClockOff(TimeProvider.System.GetUtcNow(), now);
            if (off == Patience) host.StopApplication();
        }
#pragma warning disable CA1031 // the last look still holds: time goes on as it did
        catch (Exception unreachable)
#pragma warning restore CA1031
        {
            LookFailed(unreachable);
        }
    }

    [LoggerMessage(1, LogLevel.Critical, "The clock of this silo says {Own:O}, that of the database {Referee:O}: nothing is decided here until they agree within two seconds.")]
    private partial void ClockOff(DateTimeOffset own, DateTimeOffset referee);

    [LoggerMessage(2, LogLevel.Warning, "The database's clock could not be asked.")]
    private partial void LookFailed(Exception exception);

    /// <summary>The database's clock said an instant, somewhen between a question and its answer.</summary>
    private sealed record Look(long Answered, DateTimeOffset Said, TimeSpan Took)
    {
        public bool IsNear(DateTimeOffset now)
        {
            var since = TimeProvider.System.GetElapsedTime(Answered);
            return now >= Said + since - Tolerance && now <= Said + Took + since + Tolerance;
        }
    }
}
