namespace OrleansBilling.Client;

/// <summary>How long the client waits, and how it repeats. The defaults bridge the loss of a silo, which the cluster notices after about 14 s.</summary>
public sealed class BillingClientOptions
{
    /// <summary>How long one attempt may take before it is repeated. Default 5 s; range 100 ms to 30 s, after which the cluster itself gives up.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a call may take with all its repetitions: no attempt begins later. Default 30 s; at least
    /// <see cref="ResponseTimeout"/>, at most 10 minutes.
    /// </summary>
    public TimeSpan TotalTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause before the first repetition; each further one doubles it. Default 100 ms; range 1 ms to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause. Default 2 s; at most 1 minute. Each pause is cut at random to between half of it and all of it.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The clock of timeouts and pauses. Default <see cref="System.TimeProvider.System"/>, also where a business clock runs faster:
    /// the network does not.
    /// </summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>What is out of range, as a sentence; null when nothing is.</summary>
    internal string? Fault() =>
        ResponseTimeout < TimeSpan.FromMilliseconds(100) || ResponseTimeout > TimeSpan.FromSeconds(30)
            ? $"{nameof(ResponseTimeout)} is {ResponseTimeout}: expected 100 ms to 30 s."
        : TotalTime < ResponseTimeout || TotalTime > TimeSpan.FromMinutes(10)
            ? $"{nameof(TotalTime)} is {TotalTime}: expected at least {nameof(ResponseTimeout)} and at most 10 minutes."
        : LongestPause > TimeSpan.FromMinutes(1) ? $"{nameof(LongestPause)} is {LongestPause}: expected at most 1 minute."
        : FirstPause < TimeSpan.FromMilliseconds(1) || FirstPause > LongestPause
            ? $"{nameof(FirstPause)} is {FirstPause}: expected 1 ms to {nameof(LongestPause)}."
        : null;
}
