using System.Diagnostics;
using System.Globalization;

namespace OrleansBilling.EndToEnd.Tests.Faults.Work;

/// <summary>What every worker asked for and was told, in the order in which it happened.</summary>
internal sealed class WorkLog
{
    private readonly long origin = Stopwatch.GetTimestamp();
    private readonly List<string> lines = [];
    private readonly List<WorkOperation> operations = [];
    private readonly List<(TimeSpan From, TimeSpan To)> outages = [];
    private int last;

    public IReadOnlyList<WorkOperation> Operations
    {
        get
        {
            lock (lines) return [.. operations];
        }
    }

    /// <summary>When there was no database.</summary>
    public IReadOnlyList<(TimeSpan From, TimeSpan To)> Outages
    {
        get
        {
            lock (lines) return [.. outages];
        }
    }

    /// <summary>Time since the log began, by the clock that never jumps.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(origin);

    /// <summary>
    /// A new operation. Its number is added to its amount, so that every amount is there once and the ledger tells by itself which
    /// operation an entry comes from.
    /// </summary>
    public WorkOperation Begin(string tenant, string kind, string path, long units)
    {
        lock (lines)
        {
            var operation = new WorkOperation(++last, tenant, kind, units == 0 ? 0 : units * 1_000_000 + last, path);
            operations.Add(operation);
            return operation;
        }
    }

    /// <summary>Notes that there is no database while something happens.</summary>
    public async Task WithoutDatabase(Func<Task> happens)
    {
        var from = Now;
        Note("nemesis: there is no database");
        await happens();
        lock (lines) outages.Add((from, Now));
        Note("nemesis: there may be a database again");
    }

    public void Note(string text)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{Now.TotalSeconds,9:0.000} {DateTimeOffset.UtcNow:HH:mm:ss.fff} {text}");
        lock (lines) lines.Add(line);
    }

    /// <summary>Everything, or of one tenant and of nobody.</summary>
    public string Text(string? tenant = null)
    {
        lock (lines) return string.Join('\n', lines.Where(line => tenant is null || line.Contains($" {tenant} ", StringComparison.Ordinal) || line.Contains("nemesis", StringComparison.Ordinal)));
    }
}
