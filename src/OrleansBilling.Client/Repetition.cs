using System.Data.Common;
using Orleans.Serialization;

namespace OrleansBilling.Client;

/// <summary>
/// Repeats a call whose outcome is unknown until it is known. Only for calls that may be repeated: queries, and commands that carry
/// an id (M5) or set what they name.
/// </summary>
internal sealed class Repetition(BillingClientOptions options)
{
    private readonly TimeProvider time = options.TimeProvider;

    /// <summary>Calls until there is an answer, or the total time is over.</summary>
    /// <exception cref="BillingUnavailableException">There was none.</exception>
    public async Task<T> Call<T>(Func<Task<T>> attempt, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        for (var failures = 0; ; failures++)
        {
            try
            {
                return await Once(attempt, options.ResponseTimeout, cancellation);
            }
            catch (Exception failure) when (IsTransient(failure) && !cancellation.IsCancellationRequested)
            {
                var pause = Pause(failures);
                if (time.GetElapsedTime(began) + pause > options.TotalTime)
                    throw new BillingUnavailableException(
                        $"No answer from the cluster in {failures + 1} attempts: the outcome is unknown. Send the same command again, with the same id.", failure);
                await Task.Delay(pause, time, cancellation);
            }
        }
    }

    /// <summary>As <see cref="Call{T}"/>, for a call without an answer.</summary>
    public Task Call(Func<Task> attempt, CancellationToken cancellation) =>
        Call(
            async () =>
            {
                await attempt();
                return true;
            },
            cancellation);

    /// <summary>Calls until there is an answer, for ever.</summary>
    public async Task<T> CallForEver<T>(Func<Task<T>> attempt, TimeSpan timeout, CancellationToken cancellation)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                return await Once(attempt, timeout, cancellation);
            }
            catch (Exception failure) when (IsTransient(failure) && !cancellation.IsCancellationRequested)
            {
                await Task.Delay(Pause(failures), time, cancellation);
            }
        }
    }

    private async Task<T> Once<T>(Func<Task<T>> attempt, TimeSpan timeout, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var call = attempt();
        // An abandoned call may fail later, when nobody listens any more.
        call.Ignore();
        return await call.WaitAsync(timeout, time, cancellation);
    }

    private TimeSpan Pause(int failures)
    {
        var longest = Math.Min(options.LongestPause.TotalMilliseconds, options.FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 20)));
        // Spread, so that the callers of a lost silo do not come back all at once. Nothing secret depends on it.
#pragma warning disable CA5394
        return TimeSpan.FromMilliseconds(longest * (0.5 + (0.5 * Random.Shared.NextDouble())));
#pragma warning restore CA5394
    }

    /// <summary>
    /// Whether a failure says nothing about the command itself: no answer, a lost silo or connection, a storage that did not say
    /// whether it has written (C4). A caller's mistake is none of these, and passes.
    /// </summary>
    private static bool IsTransient(Exception failure) => failure switch
    {
        GrainExtensionNotInstalledException => false,
        TimeoutException or OrleansException or DbException or IOException or UnavailableExceptionFallbackException => true,
        // A silo had an answer that it could not write: the failure of a driver whose exceptions nobody carries, met while a grain was being activated.
        CodecNotFoundException => true,
        // Not ours, as the caller's own cancellation is looked at first: a silo that is shutting down.
        OperationCanceledException => true,
        // A silo whose clock has jumped, and which will end for it, activates nothing until then; the runtime says so as if an argument were wrong.
        ArgumentException => failure.StackTrace?.Contains("Orleans.Runtime.ActivationCollector", StringComparison.Ordinal) == true,
        _ => false,
    };
}
