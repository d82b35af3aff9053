using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Simulator;

/// <summary>A VM of a story: its history, and what the platform is about to do with it.</summary>
internal sealed class SimulatedVm(string id, DateTimeOffset createdAt)
{
    public string Id => id;

    public StatusHistory History { get; private set; } = StatusHistory.CreatedAt(createdAt);

    /// <summary>When the platform will be done, and with what; null when nothing is under way.</summary>
    public (DateTimeOffset At, VmRequest Request)? Underway { get; private set; }

    /// <summary>Hands a request to the platform; one without delay is done at once.</summary>
    public void Begin(VmRequest request, DateTimeOffset at, TimeSpan delay)
    {
        if (request != VmRequest.Create) Record(at, request.Underway());
        Underway = (at + delay, request);
        if (delay == TimeSpan.Zero) Finish();
    }

    public void Finish()
    {
        var (at, request) = Underway!.Value;
        Underway = null;
        Record(at, request.Done());
    }

    /// <summary>The platform reports on its own account: what was under way is dropped.</summary>
    public void Report(DateTimeOffset at, VmStatus status)
    {
        if (History.Status.IsBeingDeleted()) return;
        Underway = null;
        Record(at, status);
    }

    public MeterReading ReadingAt(DateTimeOffset at, Package package) => ReadingOf(History, at, package);

    /// <summary>The readings that a balance has not heard of yet: one for each change of status, also within one instant.</summary>
    public IEnumerable<MeterReading> ReadingsAfter(int revision, DateTimeOffset at, Package package)
    {
        for (var known = revision + 1; known <= History.Changes.Length; known++)
            yield return ReadingOf(new StatusHistory(History.Changes[..known]), at, package);
    }

    private static MeterReading ReadingOf(StatusHistory history, DateTimeOffset at, Package package)
    {
        var through = history.MeteredThrough(at);
        return new MeterReading(history.Changes.Length, through, history.UsageThrough(through, package), history.Status, history.FirstRunning);
    }

    private void Record(DateTimeOffset at, VmStatus status) => History = History.With(new StatusChange(at, status));
}
