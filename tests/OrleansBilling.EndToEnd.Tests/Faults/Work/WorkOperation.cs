using System.Globalization;

namespace OrleansBilling.EndToEnd.Tests.Faults.Work;

/// <summary>What is known of a call.</summary>
internal enum Outcome
{
    /// <summary>It was done.</summary>
    Ok = 1,

    /// <summary>It was refused and changed nothing.</summary>
    Fail = 2,

    /// <summary>It was done or will be, or not: no answer, or one that says so.</summary>
    Unknown = 3,
}

/// <summary>One call of an operation, at one portal.</summary>
/// <param name="Portal">Which portal.</param>
/// <param name="Invoked">When it went out.</param>
/// <param name="Ended">When it was answered, or given up.</param>
/// <param name="Outcome">What is known of it.</param>
/// <param name="Status">The status of the answer; 0 when there was none.</param>
/// <param name="Text">The answer, or why there is none.</param>
internal sealed record Attempt(int Portal, TimeSpan Invoked, TimeSpan Ended, Outcome Outcome, int Status, string Text);

/// <summary>Something that is to be done once, however often it is called.</summary>
internal sealed class WorkOperation(int number, string tenant, string kind, long micros, string path)
{
    private readonly List<Attempt> attempts = [];

    public int Number => number;

    public string Tenant => tenant;

    public string Kind => kind;

    /// <summary>What it is asked of.</summary>
    public string Path => path;

    /// <summary>The same in every attempt.</summary>
    public string Key { get; } = string.Create(CultureInfo.InvariantCulture, $"op-{number}-{Guid.NewGuid():N}");

    /// <summary>The amount of a credit or a charge; 0 for others.</summary>
    public long Micros => micros;

    public IReadOnlyList<Attempt> Attempts
    {
        get
        {
            lock (attempts) return [.. attempts];
        }
    }

    public TimeSpan Invoked => Attempts.Min(attempt => attempt.Invoked);

    public TimeSpan Ended => Attempts.Max(attempt => attempt.Ended);

    /// <summary>
    /// Ok when any call was; a refusal is one only when no other call may still be done: what had no answer can arrive after the refusal.
    /// </summary>
    public Outcome Outcome =>
        Attempts.Any(attempt => attempt.Outcome == Outcome.Ok) ? Outcome.Ok
        : Attempts.Count == 0 || Attempts.Any(attempt => attempt.Outcome == Outcome.Unknown) ? Outcome.Unknown
        : Outcome.Fail;

    /// <summary>The first answer that says that it was done.</summary>
    public Attempt? Done => Attempts.FirstOrDefault(attempt => attempt.Outcome == Outcome.Ok);

    public void Add(Attempt attempt)
    {
        lock (attempts) attempts.Add(attempt);
    }
}
