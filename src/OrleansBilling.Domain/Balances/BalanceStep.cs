using System.Collections.Immutable;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Balances;

/// <summary>What a step decided: the next value, and what happened on the way to it, in order.</summary>
/// <param name="Next">The balance after the step. Counts only when it has been made durable.</param>
/// <param name="Events">What happened; empty when the step changed nothing worth keeping.</param>
/// <param name="Vms">The VMs that differ from before, in the order of their creation.</param>
public sealed record Decision(Balance Next, ImmutableArray<BalanceEvent> Events, ImmutableArray<MeteredVm> Vms);

/// <summary>
/// One step of a balance: a pure function of the value before it, the rules and the instant, written as a draft that commands extend
/// one by one. Whatever the commands, all that was due earlier happens first and in the order of policy 5. The draft is local to its
/// caller; nothing is changed until the caller takes the <see cref="Decide"/>d value.
/// </summary>
public sealed partial class BalanceStep
{
    private readonly Balance start;
    private readonly BillingRules region; // with the prices in the list currency
    private readonly DateTimeOffset now;
    private readonly Dictionary<string, KnownOperation> operations;
    private readonly bool unwarned;
    private readonly List<BalanceEvent> events = [];
    private readonly List<int> touched = []; // the VMs that were kept anew, by their ordinals
    private Balance balance;
    private Balance written; // as the last part left it; the start before the first
    private BillingRules rules; // with the balance's prices
    private bool unlooked; // a reading has been taken at AdvancedTo, and what is due there has not been done since
    private bool chosen; // a tenant's choice has changed, and the rules have not looked at it
    private DateTimeOffset? quietUntil; // these two follow from the balance: null or false until they are asked for
    private (bool Known, DateTimeOffset? At) nextDue;

    private BalanceStep(Balance start, BillingRules rules, DateTimeOffset now, IEnumerable<KeyValuePair<string, KnownOperation>> operations, bool unwarned)
    {
        this.start = written = balance = start;
        region = rules;
        this.rules = rules.For(start);
        // A clock that was set back lets no balance go back in time (C2).
        this.now = now < start.AdvancedTo ? start.AdvancedTo : now;
        this.operations = new(operations);
        this.unwarned = unwarned;
    }

    /// <summary>Begins a step.</summary>
    /// <param name="balance">The value before it.</param>
    /// <param name="rules">The region's rules.</param>
    /// <param name="now">The instant of the step; never before <see cref="Balance.AdvancedTo"/>, else that instant counts.</param>
    /// <param name="operations">What the ledger knows of the operation ids that the step's commands carry.</param>
    /// <param name="unwarned">
    /// The tenant is to be warned of the deletion, and nobody has tried to send a warning of this stretch below zero yet: a deletion that is due waits (policy 4.13).
    /// </param>
    public static BalanceStep Begin(
        Balance balance, BillingRules rules, DateTimeOffset now, IEnumerable<KeyValuePair<string, KnownOperation>>? operations = null, bool unwarned = false) =>
        new(balance, rules, now, operations ?? [], unwarned);

    /// <summary>A step that does what is due and nothing else.</summary>
    public static Decision Advance(Balance balance, BillingRules rules, DateTimeOffset now)
    {
        var step = Begin(balance, rules, now);
        step.Advance();
        return step.Decide();
    }

    /// <summary>The value and the events of everything so far, or since the last <see cref="Part"/>.</summary>
    public Decision Decide() => new(balance, [.. events], Changed());

    /// <summary>
    /// What was decided since the last part, to be made durable before the step goes on. All that is due has been done through <see cref="Balance.AdvancedTo"/> and nothing beyond it, so
    /// whoever reads what is durable goes on from there, too.
    /// </summary>
    public Decision Part()
    {
        WarnOfExpiries();
        var part = Decide();
        written = balance;
        events.Clear();
        touched.Clear();
        return part;
    }

    /// <summary>
    /// Does something to the draft, or, when it throws, nothing: one bad command among many fails alone.
    /// </summary>
    public void Attempt(Action<BalanceStep> command)
    {
        var (before, happened, wasUnlooked) = (balance, events.Count, unlooked);
        try
        {
            command(this);
        }
        catch
        {
            foreach (var undone in events.Skip(happened).OfType<EntryPosted>()) operations.Remove(undone.Entry.Operation);
            events.RemoveRange(happened, events.Count - happened);
            (balance, unlooked) = (before, wasUnlooked);
            rules = region.For(balance);
            LookAnew();
            throw;
        }
    }

    /// <summary>The instant of the step.</summary>
    public DateTimeOffset Now => now;

    /// <summary>Live spendable on <c>gpu-vm</c> now, after all commands so far.</summary>
    public Amount Live => balance.LiveAt(now, rules.Prices);

    /// <summary>The orders underway, in the order in which they were made.</summary>
    public IReadOnlyList<Order> OrdersUnderway() => [.. balance.Orders.Values.OrderBy(order => order.Number)];

    /// <summary>The balance as it would be after all commands so far.</summary>
    public Balance Balance => balance;

    /// <summary>
    /// Does what is due up to now, instant by instant, each in the order of policy 5: credits that end, credits that start, charges
    /// that are due, the rules of policy 4.
    /// </summary>
    public void Advance()
    {
        AdvanceThrough(now);
        balance = balance with { AdvancedTo = now };
        // Between two instants at which something is due, usage changes nothing that the rules look at.
        if (unlooked || chosen || balance.RulesRevision != rules.Revision || !IsQuietThrough(now)) Enforce(now);
        (unlooked, chosen) = (false, false);
        WarnOfExpiries();
    }

    /// <summary>
    /// Does what is due before an instant, as far as it goes with so many entries: a long outage of many VMs is more than one commit can bear. In parts nothing else comes of it, because the
    /// step is the same one: what it was told of <see cref="Now"/>, and how it began, counts to its end.
    /// </summary>
    /// <param name="at">The instant; after <see cref="Now"/> that one counts.</param>
    /// <param name="most">After so many entries since the last part it stops, where the instant it has come to is done: at least one.</param>
    /// <returns>Whether it has come to the instant. If not, a <see cref="Part"/> is to be taken, and then it is to be asked again.</returns>
    public bool AdvanceBefore(DateTimeOffset at, int most) => at <= balance.AdvancedTo || AdvanceThrough((at < now ? at : now).AddTicks(-1), most);

    /// <returns>Whether it has come to the end.</returns>
    private bool AdvanceThrough(DateTimeOffset end, int most = int.MaxValue)
    {
        while (true)
        {
            // A charge takes from what was live already, so it moves no other instant: up to the next of those, charges follow one
            // another without a new projection. A correction does: then it is looked again.
            var due = unlooked ? balance.AdvancedTo : IsQuietThrough(end) ? null : NextDue();
            if (!PostChargesThrough(due <= end ? due.Value.AddTicks(-1) : end, most)) continue;
            if (IsFull(most) && !unlooked) return false;
            if (due is not { } next || next > end) return true;

            var at = Reach(next);
            unlooked = false;
            EndAndStartLots(at);
            Enforce(at, charging: PostDueCharges(at));
        }
    }

    private bool IsFull(int most) => balance.EntryCount - written.EntryCount >= most;

    private bool IsQuietThrough(DateTimeOffset end) => (quietUntil ??= Projection.QuietUntil(balance, rules)) > end;

    private DateTimeOffset? NextDue()
    {
        if (!nextDue.Known) nextDue = (true, Projection.NextDue(balance, rules, withCharges: false));
        return nextDue.At;
    }

    /// <summary>Something has changed that says when the next thing is due: all but time, and charges for what was live already.</summary>
    private void LookAnew() => (quietUntil, nextDue) = (null, default);

    // What became known too late is done at the next instant that is looked at.
    private DateTimeOffset Reach(DateTimeOffset due)
    {
        if (due > balance.AdvancedTo) balance = balance with { AdvancedTo = due };
        return balance.AdvancedTo;
    }

    /// <summary>
    /// Goes to the instant of a reading. No earlier one may be looked at any more, because the balance knows now what was used by
    /// then; the instant itself is looked at when all its readings have been taken (policy 5).
    /// </summary>
    private void ReachWithoutLooking(DateTimeOffset at)
    {
        unlooked = true;
        LookAnew();
        if (at > balance.AdvancedTo) balance = balance with { AdvancedTo = at };
    }

    /// <summary>The first money event fixes the currency (policy 1.4), and by it the prices.</summary>
    private void Fix(Currency currency)
    {
        if (balance.Currency == currency) return;
        if (balance.Currency is { } fixedBefore) throw new InvalidOperationException($"A balance in {fixedBefore} would become one in {currency} (M11).");
        balance = balance with { Currency = currency };
        rules = region.For(balance);
    }

    private void Happened(BalanceEvent happened) => events.Add(happened);

    private void Notify(NoticeKind kind, DateTimeOffset at, string level, Amount amount, Amount? need = null, TimeSpan? timeLeft = null, DateTimeOffset? deletionAt = null, string vms = "", string about = "", Currency? currency = null) =>
        Happened(new NoticeGiven(new Notice(Notice.IdOf(kind, level), kind, at, amount, need, timeLeft, deletionAt, vms, about, currency)));

    private Package PackageOf(MeteredVm vm) => rules.Prices[vm.Package];

    private IEnumerable<MeteredVm> VmsInOrder() => balance.Vms.Values.Where(vm => vm.NextCharge is not null || vm.Counts);

    private ImmutableArray<MeteredVm> Changed()
    {
        if (touched is [var only]) return HasChanged(only) ? [balance.Vms.OfOrdinal(only)] : []; // almost always
        return [.. touched.Distinct().Order().Where(HasChanged).Select(balance.Vms.OfOrdinal)];
    }

    private bool HasChanged(int ordinal) =>
        ordinal < balance.Vms.Count && (ordinal >= written.Vms.Count || !ReferenceEquals(balance.Vms.OfOrdinal(ordinal), written.Vms.OfOrdinal(ordinal)));

    private void Keep(MeteredVm vm)
    {
        if (touched.Count == 0 || touched[^1] != vm.Ordinal) touched.Add(vm.Ordinal);
        balance = balance with { Vms = balance.Vms.With(vm) };
    }

    private void Keep(CreditLot lot)
    {
        var place = balance.Lots.FindIndex(other => other.Id == lot.Id);
        balance = balance with { Lots = place < 0 ? balance.Lots.Add(lot) : balance.Lots.SetItem(place, lot) };
        LookAnew();
    }

    /// <summary>Posts an entry: the one place where portions of credit change.</summary>
    private LedgerEntry Post(
        EntryKind kind, string operation, string fingerprint, DateTimeOffset at, ImmutableArray<LedgerLine> lines, string description,
        ProductCode? product = null, VmCharge? vm = null)
    {
        if (kind != EntryKind.Charge || vm is null) LookAnew();
        var (change, topUp) = (Amount.Zero, balance.TopUp);
        foreach (var line in lines)
        {
            change += line.Change;
            if (line.Lot == CreditLot.TopUp)
            {
                topUp += line.Change;
                continue;
            }
            var lot = balance.Lots.Find(lot => lot.Id == line.Lot) ?? throw new InvalidOperationException($"No lot '{line.Lot}' to post to.");
            var remaining = lot.Remaining + line.Change;
            if (remaining < Amount.Zero || remaining > lot.Granted)
                throw new InvalidOperationException($"Lot '{lot.Id}' of {lot.Granted} would have {remaining} left (M3).");
            Keep(lot with { Remaining = remaining });
        }
        balance = balance with { TopUp = topUp, EntryCount = balance.EntryCount + 1, CurrencyReserved = false };
        var entry = new LedgerEntry(balance.EntryCount, operation, fingerprint, kind, at, now, product, vm, change, lines, balance.Total, description);
        if (vm is null) operations[operation] = new KnownOperation(fingerprint, entry.Number); // a charge's own id is nobody's to ask for
        Happened(new EntryPosted(entry));
        return entry;
    }
}
