using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Notices;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Grains.Balances;

public sealed partial class BalanceGrain
{
    private const int MostOrdersAtOnce = 200; // the rest follows soon after
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private string? newEmail;

    private Task<T> Submit<T>(Func<BalanceStep, T> decide, string? operation = null, DateTimeOffset? readingThrough = null, string? email = null)
    {
        if (lost) throw new OutcomeUnknownException("This activation of the balance has ended.");
        var command = new BalanceCommand<T>(decide) { Operation = operation, ReadingThrough = readingThrough };
        newEmail ??= email;
        inbox.Add(command);
        if (pump.IsCompleted) pump = Pump();
        else writer.Hurry(); // somebody waits for the write that is under way
        return command.Answered;
    }

    /// <summary>Decides over all that waits, writes once, assigns, answers; until nothing waits.</summary>
    private async Task Pump()
    {
        await Task.Yield(); // what arrives in the same moment shares the first write, too
        while (inbox.Count > 0)
        {
            var batch = inbox.ToList();
            inbox.Clear();
            try
            {
                await Commit(batch);
            }
#pragma warning disable CA1031 // whatever it was, whoever waits must hear it, and this activation must not go on
            catch (Exception unknown)
#pragma warning restore CA1031
            {
                Lose(unknown); // first: whoever hears of it below goes on at once, and must find this activation lost
                // As an exception that every caller knows; the cause is in this silo's log.
                var answer = new OutcomeUnknownException($"The balance could not be written: {unknown.Message}");
                foreach (var command in batch.Concat(inbox)) command.Fail(answer);
                inbox.Clear();
            }
        }
    }

    /// <summary>The only place that writes, with the parts of a long way there (<see cref="CatchUp"/>).</summary>
    private async Task Commit(List<BalanceCommand> batch)
    {
        using var joined = BillingTraces.Joining("balance.commit", batch, command => command.Origin);
        var rules = await regionRules.Of(Id.Region);
        while (true)
        {
            var email = stored.Email.Length == 0 ? newEmail ?? "" : stored.Email;
            HashSet<string>? operations = null;
            foreach (var command in batch)
                if (command.Operation is { } operation) (operations ??= []).Add(operation);
            var known = operations is null ? null : await store.FindOperations(Id, operations);
            // An entry beyond the last one known here: another activation has written, and what this one says would be older (M12).
            if (known is not null && known.Values.Any(operation => operation.EntryNumber > stored.Balance.EntryCount))
                throw new InvalidOperationException("The ledger has entries that this activation does not know.");
            var now = clock.Now();
            if (!referee.Trusts(now)) throw new InvalidOperationException($"The clock of this silo says {now:O}, which is not the time.");
            var step = BalanceStep.Begin(stored.Balance, rules, now, known, await IsUnwarned(now));
            BalanceCommit? commit = null;
            var result = await Decide(step, batch, rules);
            if (result == CommitResult.Committed)
            {
                commit = BalanceCommit.Of(stored, email, step.Decide(), rules);
                result = await (commit is null ? Unchanged(batch) : writer.Commit(commit, canWait: commit.OnlyCharges && AreReadings(batch), joined?.Context ?? default));
            }
            if (result == CommitResult.RulesChanged)
            {
                rules = await regionRules.Refresh(Id.Region);
                continue;
            }
            if (result != CommitResult.Committed) throw new InvalidOperationException($"The ledger answered {result}.");

            if (commit is not null)
            {
                Keep(commit);
                newEmail = null;
                BillingTraces.Describe(joined, commit);
            }
            foreach (var command in batch)
                if (!command.HasFailed) command.Answer();
            if (commit is not null) Tell(commit);
            return;
        }
    }

    /// <summary>
    /// Readings first and in the order of their instants, then what is due, then requests in the order of their arrival (policy 5). What is due after a long outage is written in parts on
    /// the way; whoever waits is answered with the last commit.
    /// </summary>
    /// <returns>What the ledger said to a part that it did not take.</returns>
    private async ValueTask<CommitResult> Decide(BalanceStep step, List<BalanceCommand> batch, BillingRules rules)
    {
        var readings = batch.FindAll(command => command.ReadingThrough is not null);
        foreach (var reading in readings.Count > 1 ? readings.OrderBy(command => command.ReadingThrough) : (IEnumerable<BalanceCommand>)readings)
        {
            if (await CatchUp(step, reading.ReadingThrough!.Value, rules) is var refused and not CommitResult.Committed) return refused;
            reading.Decide(step);
        }
        if (await CatchUp(step, step.Now, rules) is var result and not CommitResult.Committed) return result;
        step.Advance();
        foreach (var command in batch)
            if (command.ReadingThrough is null) command.Decide(step);
        return CommitResult.Committed;
    }

    // An order of a part goes out at once: the VM that asks whether it holds is answered when the step is done (policy 4.8).
    private async ValueTask<CommitResult> CatchUp(BalanceStep step, DateTimeOffset at, BillingRules rules)
    {
        while (!step.AdvanceBefore(at, options.Value.MostEntriesAtOnce))
        {
            var part = BalanceCommit.Of(stored, stored.Email, step.Part(), rules)!; // it has entries
            if (await writer.Commit(part) is var result and not CommitResult.Committed) return result;
            Keep(part);
            Tell(part);
        }
        return CommitResult.Committed;
    }

    private void Keep(BalanceCommit commit)
    {
        stored = commit.After;
        BillingMetrics.Committed(commit, clock.GetUtcNow());
    }

    /// <summary>
    /// Whether a deletion that is due must wait for the first attempt to warn of it, which is counted in the outbox (policy 4.13; E11), however long nobody makes
    /// one: operators are told that it waits. Where there is nobody to send to, the notice in the portal is the warning.
    /// </summary>
    private async ValueTask<bool> IsUnwarned(DateTimeOffset now)
    {
        if (stored.Balance.Standing is not { DeletionHeld: false, DeletionDue: { } due } || due > now || !stored.Balance.HasVms) return false;
        return Warning.IsStillToBeTried(await outbox.Warnings(Id, stored.Balance.Standing.Episode));
    }

    /// <summary>
    /// An answer that writes nothing is not fenced by a commit: the ledger is asked whether this activation still knows all of it (M12,
    /// C7). Not for a reading that said nothing new, which decides nothing.
    /// </summary>
    private async Task<CommitResult> Unchanged(List<BalanceCommand> batch) =>
        AreReadings(batch) || await store.VersionOf(Id) == stored.Version ? CommitResult.Committed : CommitResult.VersionConflict;

    private static bool AreReadings(List<BalanceCommand> batch) => batch.TrueForAll(command => command.ReadingThrough is not null);

    private void Tell(BalanceCommit commit)
    {
        if (commit.After.DueAt != commit.Before.DueAt) Arm(commit.After.DueAt);
        ReleaseWatchers();
        if (commit.Deliveries.Count > 0) signal.Ring();
        if (commit.Orders.Count == 0 && stored.Balance.Orders.IsEmpty && commit.Before.Balance.Orders.IsEmpty) return;

        foreach (var order in commit.Orders) OrderMoved(Id, order.Kind, order.Vm, order.State, order.Episode, order.EntryNumber);
        // An order is new, or the VM it waits for has moved: it may have arrived where the order meets it (policy 4.5).
        var moved = commit.Vms.Where(vm => vm.Status != commit.Before.Balance.Vms.Find(vm.Id)?.Status).Select(vm => vm.Id).ToHashSet();
        var fresh = commit.Orders.Select(order => order.Number).ToHashSet();
        Send(stored.Balance.Orders.Values.Where(order => order.State == OrderState.Open && (fresh.Contains(order.Number) || moved.Contains(order.Vm))));
        var crowd = commit.Orders.Count > MostOrdersAtOnce;
        foreach (var done in sent.Keys.Where(order => !stored.Balance.Orders.ContainsKey(order)).ToList()) sent.Remove(done);
        ArmRepetition();
        if (crowd) RepeatOrdersAfter(Soon);
    }

    // Armed once and left alone while anything is underway: an order that moves must not put off the repetition of the others.
    private void ArmRepetition()
    {
        var needed = !stored.Balance.Orders.IsEmpty;
        if (needed == repeating) return;
        repeating = needed;
        if (needed)
        {
            RepeatOrdersAfter(options.Value.RepeatAfter);
            return;
        }
        repeatTimer?.Dispose();
        repeatTimer = null;
    }

    private void RepeatOrdersAfter(TimeSpan due)
    {
        var every = options.Value.RepeatAfter;
        if (repeatTimer is null) repeatTimer = this.RegisterGrainTimer(_ => RepeatOrders(), new GrainTimerCreationOptions(due, every) { Interleave = true, KeepAlive = true });
        else repeatTimer.Change(due, every);
    }

    private Task RepeatOrders()
    {
        if (lost) return Task.CompletedTask;
        Send(stored.Balance.Orders.Values);
        // More than go out at once: those that have never gone out follow soon.
        if (stored.Balance.Orders.Keys.Any(order => !sent.ContainsKey(order))) RepeatOrdersAfter(Soon);
        return Task.CompletedTask;
    }

    private void Send(IEnumerable<Order> orders)
    {
        foreach (var order in orders.OrderBy(order => sent.GetValueOrDefault(order.Id)).ThenBy(order => order.Number).Take(MostOrdersAtOnce))
        {
            var times = sent[order.Id] = sent.GetValueOrDefault(order.Id) + 1;
            if (times == options.Value.StuckAfter) OrderStuck(Id, order.Kind, order.Vm, order.At, times);
            var vm = stored.Balance.Vms[order.Vm];
            _ = GrainFactory.GetGrain<IVmGrain>($"{Id}/{order.Vm}").Obey(new OrderMessage(order.Id, order.Kind, order.At, vm.Package, vm.Traits, stored.Balance.Currency));
        }
    }

    private void Arm(DateTimeOffset? due)
    {
        if (due is not { } at)
        {
            dueTimer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }
        var wait = at - clock.GetUtcNow();
        if (wait < TimeSpan.Zero) wait = TimeSpan.Zero;
        if (wait > TimeSpan.FromDays(1)) wait = TimeSpan.FromDays(1); // looks again then; timers have an end
        dueTimer?.Change(wait, TimeSpan.FromSeconds(1)); // and each second until the step that it waits for arms it anew
        DelayDeactivation(wait + TimeSpan.FromMinutes(1)); // a timer ends with its activation
    }

    /// <summary>Somebody else has written, or nobody knows what was: the next activation reads the ledger again.</summary>
    private void Lose(Exception reason)
    {
        lost = true;
        ActivationLost(reason, this.GetPrimaryKeyString());
        ReleaseWatchers();
        DeactivateOnIdle();
    }
}
