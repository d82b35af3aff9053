using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>
/// The balance as the shell keeps it in one silo: an inbox, one pump, decide, write, assign, answer. Others may act at the same time.
/// </summary>
internal sealed class BalanceActivation(World world, Silo silo)
{
    private const int MostEntriesAtOnce = 2; // so few that outages of some minutes are caught up with in parts
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(30);

    private readonly List<BalanceCommand> inbox = [];
    private StoredBalance? stored;
    private bool lost;
    private bool pumping;
    private bool repeating;
    private int armed; // which of the timers counts

    public Task<T> Submit<T>(Func<BalanceStep, T> decide, string? operation = null, DateTimeOffset? readingThrough = null)
    {
        if (lost) throw new UnknownOutcomeException("this activation has ended");
        var command = new BalanceCommand<T>(decide) { Operation = operation, ReadingThrough = readingThrough };
        inbox.Add(command);
        if (!pumping) StartPump();
        return command.Answered;
    }

    /// <summary>Takes a reading; one in full is compared with what the ledger has charged, where the balance has folded what it must know.</summary>
    public async Task<ReadingOutcome> Report(string vm, MeterReading reading, VmTraits traits, PlanPrices own)
    {
        var outcome = await Take(null);
        if (outcome.Result == ReadingResult.Folded && reading.Usage.Folded.IsNone) outcome = await Take(await world.Database.Read(silo, () => world.Store.ChargedTo(vm)));
        return outcome;

        Task<ReadingOutcome> Take(ChargedSeconds? charged) => Submit(step => step.Report(vm, reading, traits, own, charged), readingThrough: reading.Through);
    }

    public Task<bool> Wake() => Submit(_ => true);

    public async Task<MeteredVm?> Find(string vm)
    {
        await Wake();
        return stored!.Balance.Vms.GetValueOrDefault(vm);
    }

    /// <summary>Forgets everything, as an activation does that was idle or has lost the ledger.</summary>
    public void End()
    {
        lost = true;
        if (silo.Balance == this) silo.Balance = null;
    }

    private void StartPump()
    {
        pumping = true;
        silo.After(TimeSpan.Zero, () => world.Watch(Pump())); // what arrives in the same moment shares the write
    }

    private async Task Pump()
    {
        while (inbox.Count > 0)
        {
            var batch = inbox.ToList();
            inbox.Clear();
            try
            {
                await Commit(batch);
            }
            catch (UnknownOutcomeException unknown)
            {
                End();
                foreach (var command in batch.Concat(inbox)) command.Fail(unknown);
                inbox.Clear();
            }
        }
        pumping = false;
    }

    private async Task Commit(List<BalanceCommand> batch)
    {
        if (stored is null) await Load();
        var rules = await world.RulesOf(silo).Known();
        while (true)
        {
            var operations = batch.Select(command => command.Operation).OfType<string>().ToHashSet();
            var known = operations.Count == 0 ? [] : await world.Database.Read(silo, () => world.Store.Find(operations));
            if (known.Values.Any(operation => operation.EntryNumber > stored!.Balance.EntryCount)) throw new UnknownOutcomeException("entries that are not known here");

            if (!silo.IsTrusted) throw new UnknownOutcomeException("the clock of this silo is off");
            var step = BalanceStep.Begin(stored!.Balance, rules, silo.Now, known);
            var commit = (Commit?)null;
            var result = await Decide(step, batch, rules);
            if (result == CommitResult.Committed)
            {
                commit = CommitOf(stored, step.Decide(), rules);
                result = await (commit is null ? Unchanged(batch) : world.Database.Write(silo, () => world.Store.Write(commit)));
            }
            if (result == CommitResult.RulesChanged)
            {
                rules = await world.RulesOf(silo).Refresh();
                continue;
            }
            if (result != CommitResult.Committed) throw new UnknownOutcomeException($"the ledger answered {result}");
            if (commit is not null) stored = commit.After;
            foreach (var command in batch) command.Answer();
            if (commit is not null) Tell(commit);
            return;
        }
    }

    /// <returns>What the ledger said to a part of the step that it did not take.</returns>
    private async Task<CommitResult> Decide(BalanceStep step, List<BalanceCommand> batch, BillingRules rules)
    {
        foreach (var reading in batch.Where(command => command.ReadingThrough is not null).OrderBy(command => command.ReadingThrough))
        {
            if (await CatchUp(reading.ReadingThrough!.Value) is var refused and not CommitResult.Committed) return refused;
            reading.Decide(step);
        }
        if (await CatchUp(step.Now) is var result and not CommitResult.Committed) return result;
        step.Advance();
        foreach (var command in batch.Where(command => command.ReadingThrough is null)) command.Decide(step);
        return CommitResult.Committed;

        async Task<CommitResult> CatchUp(DateTimeOffset at)
        {
            while (!step.AdvanceBefore(at, MostEntriesAtOnce))
            {
                var part = CommitOf(stored!, step.Part(), rules)!;
                if (await world.Database.Write(silo, () => world.Store.Write(part)) is var refused and not CommitResult.Committed) return refused;
                stored = part.After;
                Tell(part);
            }
            return CommitResult.Committed;
        }
    }

    /// <summary>An answer that writes nothing is fenced, too; but not for a reading that said nothing new, which decides nothing.</summary>
    private async Task<CommitResult> Unchanged(List<BalanceCommand> batch) =>
        batch.TrueForAll(command => command.ReadingThrough is not null) || await world.Database.Read(silo, () => world.Store.Stored.Version) == stored!.Version
            ? CommitResult.Committed
            : CommitResult.VersionConflict;

    private async Task Load()
    {
        stored = await world.Database.Read(silo, () => world.Store.Stored);
        Arm(stored.DueAt);
        if (!stored.Balance.Orders.IsEmpty) Repeat();
    }

    /// <summary>Null when a step changes nothing worth keeping.</summary>
    private static Commit? CommitOf(StoredBalance before, Decision decision, BillingRules rules)
    {
        var (old, next) = (before.Balance, decision.Next);
        var due = before.RulesRevision == rules.Revision ? before.DueAt : Projection.NextDue(old, rules, withCharges: false);
        var same = decision.Events.IsEmpty && (before.Version == 0 || (before.RulesRevision == rules.Revision && !(due <= next.AdvancedTo)));
        if (same && (old with { AdvancedTo = next.AdvancedTo }).Equals(next)) return null;
        var after = new StoredBalance(before.Version + 1, next, rules.Revision, Projection.NextDue(next, rules, withCharges: false));
        return new Commit(before, after, decision.Events);
    }

    private void Tell(Commit commit)
    {
        Arm(commit.After.DueAt);
        var (old, next) = (commit.Before.Balance, commit.After.Balance);
        var fresh = commit.Events.OfType<OrderIssued>().Select(issued => issued.Order.Number).ToHashSet();
        Send(next.Orders.Values.Where(order => order.State == OrderState.Open && (fresh.Contains(order.Number) || HasMoved(order.Vm))));
        if (!repeating && !next.Orders.IsEmpty) RepeatLater();

        bool HasMoved(string vm) => (old.Vms.TryGetValue(vm, out var before) ? before.Status : VmStatus.Creating) != next.Vms[vm].Status;
    }

    private void RepeatLater()
    {
        repeating = true;
        silo.After(RepeatAfter, Repeat);
    }

    private void Repeat()
    {
        repeating = false;
        if (lost || stored!.Balance.Orders.IsEmpty) return;
        Send(stored.Balance.Orders.Values);
        RepeatLater();
    }

    private void Send(IEnumerable<Order> orders)
    {
        foreach (var order in orders.OrderBy(order => order.Number))
        {
            var vm = stored!.Balance.Vms[order.Vm];
            world.Tell(new OrderMessage(order.Id, order.Kind, order.Vm, order.At, vm.Package, vm.Traits));
        }
    }

    private void Arm(DateTimeOffset? due)
    {
        var timer = ++armed;
        if (due is not { } at) return;
        // Timers are not finer than a millisecond: never before it is due.
        var milliseconds = ((at - silo.Now).Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
        silo.After(TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, TimeSpan.MillisecondsPerDay)), () => Due(timer));
    }

    private void Due(int timer)
    {
        if (lost || timer != armed) return;
        world.Watch(Again());

        async Task Again()
        {
            silo.After(TimeSpan.FromSeconds(1), () => Due(timer)); // each second until the step that it waits for arms it anew
            await Wake();
            if (timer == armed) armed++;
            if (stored!.DueAt > silo.Now) Arm(stored.DueAt);
        }
    }
}
