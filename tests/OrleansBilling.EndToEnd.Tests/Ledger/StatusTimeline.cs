using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Ledger;

/// <summary>
/// What the recorded statuses of a VM cost, computed here on its own: Running and Stopped time, summed, cut to whole seconds, priced,
/// cut to micro-units (policy 3.2, 3.5, 3.6).
/// </summary>
internal sealed class StatusTimeline(StatusAnswer[] history)
{
    public DateTimeOffset FirstRunning => history.First(change => change.Status == "running").At;

    public DateTimeOffset First(string status) => history.First(change => change.Status == status).At;

    /// <summary>Whether it was billed all the time from one instant to another.</summary>
    public bool IsBilledThroughout(DateTimeOffset from, DateTimeOffset to) =>
        history.LastOrDefault(change => change.At <= from)?.Status is "running" or "stopped" && history.All(change => change.At <= from || change.At >= to || change.Status is "running" or "stopped");

    /// <summary>Whole billed seconds before an instant.</summary>
    public long SecondsUntil(DateTimeOffset end)
    {
        var billed = TimeSpan.Zero;
        for (var i = 0; i < history.Length; i++)
        {
            var until = i + 1 < history.Length && history[i + 1].At < end ? history[i + 1].At : end;
            if (history[i].Status is "running" or "stopped" && until > history[i].At) billed += until - history[i].At;
        }
        return billed.Ticks / TimeSpan.TicksPerSecond;
    }

    public Amount CostUntil(DateTimeOffset end, long microsPerHour) => new((long)((Int128)microsPerHour * SecondsUntil(end) / 3600));
}
