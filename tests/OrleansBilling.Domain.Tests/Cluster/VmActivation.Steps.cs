using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Cluster;

internal sealed partial class VmActivation
{
    private async Task Begin(string operation, VmRequest request, DateTimeOffset at)
    {
        var asked = new Asked(operation, request, at, Confirmed: false);
        var done = state!.Done.Count < OperationsKept ? state.Done : state.Done.RemoveAt(0);
        await Save(state.With(History.With(new StatusChange(at, request.Underway()))) with { Pending = asked, Done = done.Add(asked) });
        RepeatIn(RepeatAfter);
        await TellBalance();
        AskPlatform();
    }

    private async Task Repeat()
    {
        await TellBalance();
        AskPlatform();
        await KeepReminder();
        if (state!.Pending is null && told) repeating = 0;
    }

    /// <summary>A failure is not the caller's: the change is stored, and the balance hears it with the next repetition.</summary>
    private async Task TellBalance()
    {
        told = false;
        try
        {
            var rules = await world.RulesOf(silo).Known();
            var through = History.MeteredThrough(Now());
            var reply = await Report(rules, through);
            if (reply.Result == ReadingResult.OtherPrices)
            {
                own = reply.Prices!;
                reply = await Report(rules, through);
            }
            if (reply.Result == ReadingResult.Folded) reply = await Report(rules, through, inFull: true);
            told = reply.Result is ReadingResult.Taken or ReadingResult.NothingNew;
            if (reply.Result == ReadingResult.Outdated) await ReadAgain();
        }
        catch (UnknownOutcomeException)
        {
            // see the summary
        }
        if (!told) RepeatIn(RepeatAfter);
    }

    private Task<ReadingOutcome> Report(BillingRules rules, DateTimeOffset through, bool inFull = false)
    {
        var (prices, traits) = (own, state!.Traits);
        var package = rules.Prices.In(null, prices)[state.Package];
        var usage = History.UsageThrough(through, package);
        if (world.Sabotage == Sabotage.TicksCounted) usage = Ticks(usage, package);
        var reading = new MeterReading(state.Revision, through, inFull ? usage : usage.Fold(), History.Status, History.FirstRunning);
        return world.Balance(silo, balance => balance.Report(id, reading, traits, prices));
    }

    // What a design does that trusts its reminders.
    private Usage Ticks(Usage usage, Package package)
    {
        var time = TimeSpan.FromMinutes(15) * world.TicksOf(id);
        var from = History.FirstRunning ?? Now();
        return usage == Usage.None ? usage : Usage.None.Extend(from, from + time, package);
    }

    private DateTimeOffset Now() => silo.Now > History.Changes[^1].At ? silo.Now : History.Changes[^1].At;

    private void AskPlatform()
    {
        if (state!.Pending is { } pending) world.Platform.Ask(id, pending.Id, pending.Request);
    }

    private async Task KeepReminder()
    {
        if (!state!.HasReminder && History.FirstRunning is { } running && !History.Status.IsBeingDeleted())
        {
            world.Remind(id, running);
            await Save(state with { HasReminder = true });
        }
        else if (state.HasReminder && History.Status == VmStatus.Deleted && told)
        {
            await Save(state with { HasReminder = false });
        }
    }

    private void RepeatIn(TimeSpan time)
    {
        if (repeating > 0 && time > TimeSpan.Zero) return;
        var mine = repeating = world.Number();
        silo.After(time, () =>
        {
            if (ended || repeating != mine) return;
            world.Watch(turns.Take(async () =>
            {
                if (ended || repeating != mine) return true;
                repeating = 0;
                if (state!.Pending is not null) RepeatIn(RepeatAfter);
                await Repeat();
                return true;
            }));
        });
    }
}
