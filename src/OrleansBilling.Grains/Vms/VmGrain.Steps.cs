using Microsoft.Extensions.Logging;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Machines;

namespace OrleansBilling.Grains.Vms;

public sealed partial class VmGrain
{
    private static readonly TimeSpan aMoment = TimeSpan.FromSeconds(1);

    /// <summary>Whether there is such a VM; one that was admitted, and whose order of creation is still on its way, is recorded now.</summary>
    private async Task<bool> Known()
    {
        if (Exists)
        {
            if (!told && repeat is null) RepeatAfter(TimeSpan.Zero); // whatever it was called for, its balance may not have heard the last change
            return true;
        }
        if (await Balance.FindVm(id) is not { } admitted) return false;
        await Record(admitted.Package, admitted.Currency, new VmTraits(admitted.Name, admitted.Locked, admitted.AutoResume), admitted.CreatedAt);
        return true;
    }

    /// <summary>As <see cref="Known"/>, by what is stored now: a person gets no answer from an activation that was replaced.</summary>
    private async Task<bool> KnownNow()
    {
        if (!await Known()) return false;
        await ReadAgain();
        return Exists;
    }

    private async Task ReadAgain()
    {
        await state.ReadStateAsync();
        heard = Math.Min(heard, state.State.Revision);
        if (!Exists) DeactivateOnIdle(); // the database was restored from a backup that does not have it
    }

    private async Task Record(string package, Currency? currency, VmTraits traits, DateTimeOffset at)
    {
        if (currency == (await regionRules.Of(balanceId.Region)).Prices.Currency) currency = null;
        await Store(new VmState { Package = package, Currency = currency, Name = traits.Name, Locked = traits.Locked, AutoResume = traits.AutoResume }.With(StatusHistory.CreatedAt(at)));
    }

    private Task Record(StatusHistory next) => Store(state.State.With(next));

    /// <summary>
    /// Whether it has begun this order before, whatever became of that: the platform does an operation once, so to begin it again would be
    /// to wait for ever. The balance hears how the VM stands and orders anew.
    /// </summary>
    private bool HasObeyed(OrderMessage order) => state.State.Done.Any(done => done.Id == order.Id);

    /// <summary>Begins what was asked or ordered: stored, then told, then handed to the platform.</summary>
    private async Task Begin(string operation, VmRequest request, DateTimeOffset at)
    {
        var asked = new StoredOperation(operation, (int)request, at.ToUnixTimeMilliseconds());
        var next = Statuses.With(new StatusChange(at, request.Underway()));
        await Store((next.Equals(Statuses) ? state.State : state.State.With(next)).With(stored =>
        {
            stored.Pending = asked;
            stored.Done = [.. stored.Done.TakeLast(OperationsKept - 1), asked];
        }));
        RepeatAfter(options.Value.RepeatAfter);
        await TellBalance();
        await AskPlatform();
    }

    /// <summary>Tells the balance and asks the platform again, as far as either is open.</summary>
    private async Task Repeat()
    {
        if (!Exists) return;
        await TellBalance();
        if (!Exists) return;
        await AskPlatform();
        await KeepReminder();
        if (state.State.Pending is null && told) RepeatNoMore();
    }

    private void RepeatAfter(TimeSpan due)
    {
        var every = options.Value.RepeatAfter;
        if (repeat is null) repeat = this.RegisterGrainTimer(_ => Repeat(), new GrainTimerCreationOptions(due, every) { KeepAlive = true });
        else repeat.Change(due, every);
    }

    private void RepeatNoMore()
    {
        repeat?.Dispose();
        repeat = null;
    }

    /// <summary>
    /// Pushes the reading. A failure is not the caller's: the change is stored, and the balance hears it with the next repetition.
    /// </summary>
    private async Task TellBalance()
    {
        told = false;
        try
        {
            var through = Statuses.MeteredThrough(Now());
            var reply = await Report(through);
            // Which own prices the tenant has, its balance alone knows: it takes no reading by others, and says which (policy 3.7).
            if (reply.Result == ReadingResult.OtherPrices)
            {
                own = reply.Own;
                reply = await Report(through);
            }
            // A report so late that the balance knows no more at which prices it has charged that time (policy 3.9).
            if (reply.Result == ReadingResult.Folded) reply = await Report(through, inFull: true);
            told = reply.Result is ReadingResult.Taken or ReadingResult.NothingNew;
            if (told) heard = state.State.Revision;
            else ReadingRefused(reply.Result, balanceId, id, state.State.Revision, through);
            // Another activation has recorded a change since this one read (C1). What it takes the VM for would come to nothing for ever:
            // an order that waits for what the VM is now, and reaches what it was, is neither obeyed nor void (E2).
            if (reply.Result is ReadingResult.Outdated or ReadingResult.UnknownVm)
            {
                await ReadAgain();
                heard = 0; // what is stored counts, whatever was once answered
            }
        }
#pragma warning disable CA1031 // see the summary
        catch (Exception failed)
#pragma warning restore CA1031
        {
            BalanceNotTold(failed, balanceId, id);
        }
        if (!told) RepeatAfter(options.Value.RepeatAfter);
    }

    private async Task<ReadingReply> Report(DateTimeOffset through, bool inFull = false)
    {
        var rules = await regionRules.Of(balanceId.Region);
        var usage = Statuses.UsageThrough(through, rules.Prices.In(state.State.Currency, own ?? PlanPrices.None)[state.State.Package]);
        return await Balance.Report(id, new MeterReading(state.State.Revision, through, inFull ? usage : usage.Fold(), Statuses.Status, Statuses.FirstRunning), Traits, own, heard);
    }

    /// <summary>How long after its quarter hour it is: they count from the instant at which the VM was first Running (policy 5).</summary>
    private TimeSpan Lateness()
    {
        if (Statuses.FirstRunning is not { } running) return TimeSpan.Zero;
        var every = options.Value.Policy.ChargeEvery;
        var late = TimeSpan.FromTicks(Math.Max(0, (clock.GetUtcNow() - running).Ticks) % every.Ticks);
        return every - late < aMoment ? TimeSpan.Zero : late; // early by that much
    }

    /// <summary>Now, but never before what was recorded already: a clock that was set back invents and loses no second (C2).</summary>
    private DateTimeOffset Now() => clock.Now() is var now && now > Statuses.Changes[^1].At ? now : Statuses.Changes[^1].At;

    /// <summary>Hands the pending request to the platform; when it cannot be reached, the next repetition does it again.</summary>
    private async Task AskPlatform()
    {
        if (state.State.Pending is not { } pending) return;
        var machine = new Machine(balanceId, id, state.State.Package);
        try
        {
            await ((VmRequest)pending.Request switch
            {
                VmRequest.Create => platform.Create(machine, pending.Id),
                VmRequest.PowerOn => platform.Start(machine, pending.Id),
                VmRequest.PowerOff => platform.Stop(machine, pending.Id),
                VmRequest.Reboot => platform.Reboot(machine, pending.Id),
                VmRequest.Delete => platform.Delete(machine, pending.Id),
                _ => throw new InvalidOperationException($"Request {pending.Request} is stored but unknown."),
            });
        }
#pragma warning disable CA1031 // see the summary
        catch (Exception failed)
#pragma warning restore CA1031
        {
            PlatformFailed(failed, (VmRequest)pending.Request, balanceId, id);
        }
    }

    /// <summary>
    /// Of a VM that is gone something more becomes known. Nothing else would wake it, should its balance not hear of it: so its reminder
    /// comes first, and goes when the balance has heard.
    /// </summary>
    private async Task<VmState> WithReminder(VmState next)
    {
        if (Statuses.Status != VmStatus.Deleted || next.HasReminder) return next;
        await this.RegisterOrUpdateReminder(ChargeReminder, options.Value.Policy.ChargeEvery, options.Value.Policy.ChargeEvery);
        return next.With(stored => stored.HasReminder = true);
    }

    /// <summary>The quarter hours count from the instant at which it was first Running (policy 5), which also spreads them by VM.</summary>
    private async Task KeepReminder()
    {
        if (!state.State.HasReminder && Statuses.FirstRunning is { } running && !Statuses.Status.IsBeingDeleted())
        {
            var every = options.Value.Policy.ChargeEvery;
            var since = clock.Now() - running;
            await this.RegisterOrUpdateReminder(ChargeReminder, every - TimeSpan.FromTicks(since.Ticks % every.Ticks), every);
            await Store(state.State.With(next => next.HasReminder = true));
        }
        else if (state.State.HasReminder && Statuses.Status == VmStatus.Deleted && told)
        {
            if (await this.GetReminder(ChargeReminder) is { } reminder) await this.UnregisterReminder(reminder);
            await Store(state.State.With(next => next.HasReminder = false));
        }
    }

    /// <summary>An instant that is not the time must not get into a history: what is billed follows from it (C2).</summary>
    private void RefuseWrongClock()
    {
        if (!referee.Trusts(clock.Now())) throw new OutcomeUnknownException("The clock of this silo is off: nothing was recorded.");
    }

    /// <summary>The only place that writes.</summary>
    private Task Store(VmState next)
    {
        RefuseWrongClock();
        return state.Replace(next, otherwise: DeactivateOnIdle);
    }

    [LoggerMessage(1, LogLevel.Warning, "VM {Vm} of balance {Balance} could not obey the order to {Kind}.")]
    private partial void OrderFailed(Exception exception, OrderKind kind, BalanceId balance, string vm);

    [LoggerMessage(2, LogLevel.Warning, "Balance {Balance} did not hear the reading of VM {Vm}; it is repeated.")]
    private partial void BalanceNotTold(Exception exception, BalanceId balance, string vm);

    [LoggerMessage(3, LogLevel.Warning, "The reading of VM {Vm} was not taken by balance {Balance}: {Result} (revision {Revision}, through {Through}).")]
    private partial void ReadingRefused(ReadingResult result, BalanceId balance, string vm, int revision, DateTimeOffset through);

    [LoggerMessage(4, LogLevel.Warning, "The platform could not be asked to {Request} VM {Vm} of balance {Balance}; it is repeated.")]
    private partial void PlatformFailed(Exception exception, VmRequest request, BalanceId balance, string vm);
}
