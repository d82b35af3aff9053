using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansBilling.Cluster.Tests.Support;

/// <summary>Keeps what a silo logs for somebody to look at: errors, or from another level on.</summary>
internal sealed class Alerts(LogLevel least = LogLevel.Error) : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> messages = new();

    /// <summary>Those of our own grains so far.</summary>
    public IReadOnlyCollection<string> Messages => messages;

    public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("OrleansBilling.", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) messages.Enqueue(formatter(state, exception));
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
