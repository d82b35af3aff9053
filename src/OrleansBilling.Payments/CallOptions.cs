namespace OrleansBilling.Payments;

/// <summary>How long a gateway is waited for. Every call is made so that its repetition is the same call.</summary>
public sealed class CallOptions
{
    /// <summary>How long one attempt may take. Default 10 s; range 100 ms to 1 minute.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a call may take with all its repetitions. Default 30 s; at least <see cref="AttemptTimeout"/>, at most 5 minutes.</summary>
    public TimeSpan TotalTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Repetitions after time-outs, lost connections, 408, 429 and 5xx. Default 3; range 1 to 10.</summary>
    public int Retries { get; set; } = 3;

    /// <summary>The pause before the first repetition; each further one doubles it, and all are cut at random. Default 500 ms; range 1 ms to 10 s.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The options themselves, when every value makes sense.</summary>
    /// <exception cref="ArgumentException">Names the value that does not.</exception>
    public CallOptions Checked()
    {
        if (AttemptTimeout < TimeSpan.FromMilliseconds(100) || AttemptTimeout > TimeSpan.FromMinutes(1))
            throw new ArgumentException($"Payments:Calls:AttemptTimeout is {AttemptTimeout}: from 100 ms to 1 minute.");
        if (TotalTime < AttemptTimeout || TotalTime > TimeSpan.FromMinutes(5))
            throw new ArgumentException($"Payments:Calls:TotalTime is {TotalTime}: at least AttemptTimeout, at most 5 minutes.");
        if (Retries is < 1 or > 10) throw new ArgumentException($"Payments:Calls:Retries is {Retries}: from 1 to 10.");
        if (FirstPause < TimeSpan.FromMilliseconds(1) || FirstPause > TimeSpan.FromSeconds(10))
            throw new ArgumentException($"Payments:Calls:FirstPause is {FirstPause}: from 1 ms to 10 s.");
        return this;
    }
}
