using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Balances;

public sealed partial class BalanceStep
{
    /// <summary>
    /// Asks for a new VM. Admitted, it counts from now on, so that parallel requests cannot all pass (policy 4.2; E7), and its
    /// creation is an order. A refusal changes nothing.
    /// </summary>
    /// <param name="operation">The caller's id: the same again gets the same VM.</param>
    /// <param name="vm">The VM's id, made by the caller, unique within the balance.</param>
    /// <param name="package">A code of the price list. In another currency than the list's there must be an exchange rate in force (policy 3.7).</param>
    /// <param name="traits">Its name and the tenant's choices.</param>
    public Admission Create(string operation, string vm, string package, VmTraits traits)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(vm);
        ArgumentException.ThrowIfNullOrWhiteSpace(operation);
        ArgumentException.ThrowIfNullOrWhiteSpace(traits.Name);
        if (balance.Vms.TryGetValue(vm, out var existing))
            return new Admission(existing.Operation == operation && existing.Package == package ? AdmissionResult.Admitted : AdmissionResult.OperationReused, Amount.Zero, Live, []);
        if (balance.Vms.Values.Any(other => other.Operation == operation)) return new Admission(AdmissionResult.OperationReused, Amount.Zero, Live, []);
        if (!region.Prices.Packages.TryGetValue(package, out var listed) || listed.InForceAt(now) is null) return Answer(AdmissionResult.UnknownPackage, Amount.Zero);
        var asked = rules.Prices[package];
        if (asked.InForceAt(now) is null) return Answer(AdmissionResult.NoPriceInCurrency, Amount.Zero);

        var own = asked.PriceAt(now).For(rules.Policy.LowBalanceHours);
        var admission = Answer(AdmissionResult.Admitted, rules.Policy.EstimateEveryVm ? balance.HoursCostAt(now, rules) + own : own);
        if (admission.Result != AdmissionResult.Admitted) return admission;

        Fix(rules.Prices.Currency);
        Keep(new MeteredVm(
            vm, balance.Vms.Count, package, operation, traits, now,
            new MeterReading(0, now, Usage.None, VmStatus.Creating, FirstRunning: null),
            new Watermark(0, now, Usage.None), [], NextCharge: null, StoppedAutomatically: false));
        Issue(OrderKind.Create, vm, Live, now);
        Enforce(now);
        return admission;
    }

    /// <summary>Asks whether a VM may be powered on or rebooted (policy 4.1). Changes nothing.</summary>
    public Admission Admit(string vm, VmRequest request)
    {
        if (!request.NeedsCredit()) throw new ArgumentException($"{request} is never refused for lack of credit (policy 4.2).", nameof(request));
        if (!balance.Vms.TryGetValue(vm, out var existing) || !existing.Counts) return Answer(AdmissionResult.UnknownVm, Amount.Zero);
        return Answer(AdmissionResult.Admitted, EstimateFor(existing));
    }

    /// <summary>What must be there for a VM to be powered on or rebooted (policy 4.2).</summary>
    private Amount EstimateFor(MeteredVm vm) =>
        rules.Policy.EstimateEveryVm ? balance.HoursCostAt(now, rules) : PackageOf(vm).PriceAt(now).For(rules.Policy.LowBalanceHours);

    /// <summary>Takes a VM's reading and posts its last charge when its deletion has begun (policy 3.10, 3.11).</summary>
    /// <param name="id">The VM.</param>
    /// <param name="reading">The reading.</param>
    /// <param name="traits">Its name and the tenant's choices.</param>
    /// <param name="own">The tenant's own prices by which the meter was read; null: none.</param>
    /// <param name="charged">What the ledger has charged the VM, asked for after <see cref="ReadingResult.Folded"/>; null otherwise.</param>
    /// <param name="heard">The latest revision of the VM's that the balance has answered for; 0: none. A balance that knows less was restored from a backup, and the VM with it.</param>
    public ReadingOutcome Report(string id, MeterReading reading, VmTraits traits, PlanPrices? own = null, ChargedSeconds? charged = null, int heard = 0)
    {
        if (!balance.Vms.TryGetValue(id, out var vm)) return new ReadingOutcome(ReadingResult.UnknownVm, null);
        if (reading.Through > now + rules.Policy.ClockTolerance) return new ReadingOutcome(ReadingResult.FromTheFuture, vm.Posted);
        if (reading.Revision < vm.Reading.Revision || vm.Reading.Revision < heard) return new ReadingOutcome(ReadingResult.Outdated, vm.Posted);
        if (!balance.PlanPrices.Equals(own ?? PlanPrices.None)) return new ReadingOutcome(ReadingResult.OtherPrices, vm.Posted, balance.PlanPrices);
        if (vm.Reading.Supersedes(reading)) return new ReadingOutcome(ReadingResult.NothingNew, vm.Posted);

        // What was due before the reading's instant is decided by what was known then; the reading comes before what is due at it (policy 5).
        var at = reading.Through < now ? reading.Through : now;
        AdvanceThrough(at - TimeSpan.FromTicks(1));
        vm = balance.Vms.OfOrdinal(vm.Ordinal);
        // Its deletion has begun and nothing is billed from then on: who says otherwise has not heard of it yet (policy 3.10).
        if (!vm.Counts && (!reading.Status.IsBeingDeleted() || (reading.Through > vm.Reading.Through && !reading.Usage.Equals(vm.Reading.Usage))))
            return new ReadingOutcome(ReadingResult.DeletionOrdered, vm.Posted);
        if (reading.Revision == vm.Reading.Revision)
        {
            // The same history read again: what it says is known already, and nothing needs to be written for it.
            var known = reading.Usage.Equals(vm.Reading.UsageAt(reading.Through, PackageOf(vm))) && reading.Status == vm.Reading.Status;
            if (!known && (reading.Through == vm.Reading.Through || reading.Through <= vm.Posted.Through)) return new ReadingOutcome(ReadingResult.Conflicting, vm.Posted);
            if (known)
            {
                if (traits != vm.Traits)
                {
                    chosen = true;
                    Keep(vm with { Traits = traits });
                }
                return new ReadingOutcome(ReadingResult.NothingNew, vm.Posted);
            }
        }

        if (Aligned(reading.Usage, vm, charged) is not var (usage, posted)) return new ReadingOutcome(ReadingResult.Folded, vm.Posted);

        ReachWithoutLooking(at);
        var firstRunning = vm.Reading.FirstRunning;
        vm = vm with { Reading = reading with { Usage = usage }, Posted = vm.Posted with { Usage = posted }, Traits = traits };
        if (reading.Status.IsBeingDeleted()) vm = vm with { NextCharge = null };
        else if (reading.FirstRunning is { } running && (vm.NextCharge is null || running != firstRunning))
            vm = vm with { NextCharge = vm.NextCharge is null ? running + rules.Policy.ChargeEvery : DueAfter(running, balance.AdvancedTo) };
        Keep(vm);
        if (reading.Status.IsBeingDeleted()) PostUsage(vm, balance.AdvancedTo);
        MoveOrders(id, reading.Status);
        return new ReadingOutcome(ReadingResult.Taken, balance.Vms[id].Posted);
    }

    /// <summary>
    /// What a VM has used and what was posted of it, with the same seconds folded, so that the difference is known by price whenever it is posted. What has become known
    /// of seconds that are folded already needs both in full: one as the VM reads its whole history, the other as the ledger has it (policy 3.9).
    /// </summary>
    private (Usage Used, Usage Posted)? Aligned(Usage used, MeteredVm vm, ChargedSeconds? charged)
    {
        if (Usage.Align(used, vm.Posted.Usage) is { } aligned) return aligned;
        if (!used.Folded.IsNone || charged is null || charged.Sequence != written.Vms.Find(vm.Id)?.Posted.Sequence) return null;
        var since = events.OfType<EntryPosted>().Select(posted => posted.Entry.Vm).Where(charge => charge?.Id == vm.Id).SelectMany(charge => charge!.Priced);
        return (used, vm.Posted.Usage.InFull(charged.Priced.Concat(since)));
    }

    /// <summary>
    /// A VM that has received an order asks whether it still holds, and from then on obeys it. The balance is looked at again in this
    /// very step (policy 4.8): a stop whose exhaustion has been cured is void.
    /// </summary>
    /// <returns>The order, begun; null when it is void, done or unknown, and while a stop that nobody has begun is held (policy 4.11).</returns>
    public Order? BeginOrder(string id)
    {
        if (!balance.Orders.TryGetValue(id, out var order)) return null;
        if (order is { Kind: OrderKind.Stop, State: OrderState.Open } && balance.IsHeld(HeldActions.Stopping, now, rules)) return null;
        var holds = order.Kind switch
        {
            // Asked again it has not begun after all: only a VM that still stands where it stood asks.
            OrderKind.Stop => Live <= Amount.Zero,
            OrderKind.Resume => Live >= EstimateFor(balance.Vms[order.Vm]),
            _ => true,
        };
        if (!holds)
        {
            Move(order, OrderState.Void, now);
            return null;
        }
        if (order.State == OrderState.Open) Move(order, OrderState.Begun, now);
        return order with { State = OrderState.Begun };
    }

    /// <summary>Confirms or voids what a VM was ordered, by the status that it reports.</summary>
    private void MoveOrders(string id, VmStatus status)
    {
        if (!balance.Orders.IsEmpty) MoveOrdersOf(id, status);
        if (status is VmStatus.Running or VmStatus.Starting && balance.Vms[id].StoppedAutomatically) Keep(balance.Vms[id] with { StoppedAutomatically = false });
    }

    private void MoveOrdersOf(string id, VmStatus status)
    {
        foreach (var order in balance.Orders.Values.Where(order => order.Vm == id).OrderBy(order => order.Number).ToList())
        {
            var state = (order.Kind, status) switch
            {
                (OrderKind.Delete, VmStatus.Deleted) => OrderState.Confirmed,
                (OrderKind.Delete, _) => order.State,
                (_, VmStatus.Deleting or VmStatus.Deleted) => OrderState.Void,
                (OrderKind.Create, VmStatus.Creating) => order.State,
                (OrderKind.Create, _) => OrderState.Confirmed,
                (OrderKind.Stop, VmStatus.Stopped) => OrderState.Confirmed,
                // It had begun to stop and runs again, or is on its way there: that stop has come to nothing. Should it be found
                // Running at or below zero, or on its way at an exhaustion, it is ordered anew (policy 4.5).
                (OrderKind.Stop, VmStatus.Running or VmStatus.Starting or VmStatus.Rebooting) when order.State == OrderState.Begun => OrderState.Void,
                // It has failed: there is nothing to stop and nothing is billed, however long that lasts, so an order that waited for it
                // would be repeated without end (E2). Should it run again at or below zero, it is ordered anew (policy 4.5).
                (OrderKind.Stop, VmStatus.Error) => OrderState.Void,
                (OrderKind.Resume, VmStatus.Running) => OrderState.Confirmed,
                (OrderKind.Resume, VmStatus.Starting) => OrderState.Begun,
                // Nor is one that had begun to start and is Stopped again begun a second time.
                (OrderKind.Resume, VmStatus.Stopped) when order.State == OrderState.Begun => OrderState.Void,
                (OrderKind.Resume, VmStatus.Error) => OrderState.Void,
                _ => order.State,
            };
            if (state == order.State) continue;
            Move(order, state, now);
            if (order.Kind == OrderKind.Stop && state == OrderState.Confirmed) Keep(balance.Vms[id] with { StoppedAutomatically = true });
        }
    }

    private void Issue(OrderKind kind, string vm, Amount live, DateTimeOffset at)
    {
        var number = balance.OrderCount + 1;
        var order = new Order(number, kind, vm, balance.Standing.Episode, at, balance.EntryCount, live, OrderState.Open);
        balance = balance with { OrderCount = number, Orders = balance.Orders.SetItem(order.Id, order) };
        Happened(new OrderIssued(order));
    }

    private void Move(Order order, OrderState state, DateTimeOffset at)
    {
        var moved = order with { State = state };
        balance = balance with { Orders = moved.IsUnderway ? balance.Orders.SetItem(order.Id, moved) : balance.Orders.Remove(order.Id) };
        Happened(new OrderMoved(at, moved));
    }

    private Admission Answer(AdmissionResult result, Amount need)
    {
        var have = Live;
        if (result == AdmissionResult.Admitted && have < need) result = AdmissionResult.Refused;
        var notCounted = result == AdmissionResult.Refused
            ? balance.Lots.Where(lot => lot.State == LotState.Pending || (lot.State == LotState.Active && lot.Remaining > Amount.Zero && !lot.Scope.Covers(ProductCode.GpuVm)))
            : [];
        return new Admission(result, need, have, [.. notCounted]);
    }
}
