using System.Collections.Immutable;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Plans;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Grains.Balances;

/// <summary>What others see of a balance.</summary>
internal static class Views
{
    public static BalanceView ViewAt(this StoredBalance stored, DateTimeOffset now, BillingRules rules)
    {
        var balance = stored.Balance;
        var at = now < balance.AdvancedTo ? balance.AdvancedTo : now;
        var live = balance.LiveAt(at, rules.Prices);
        var burn = balance.BurnRateAt(at, rules.Prices);
        var cost = balance.HoursCostAt(at, rules);
        var standing = balance.Standing;
        var held = balance.HasVms && standing.DeletionDue is not null ? balance.DeletionHeldAt(at, rules) : null;
        return new BalanceView
        {
            Change = stored.Version,
            AsOf = at,
            Currency = balance.Currency,
            Total = balance.Total,
            BillingPlan = balance.TotalOf(CreditKind.BillingPlan),
            Voucher = balance.TotalOf(CreditKind.Voucher),
            TopUp = balance.TopUp,
            Posted = balance.SpendableOn(ProductCode.GpuVm),
            Live = live,
            Spendable = ProductCode.All.ToDictionary(product => product.Value, balance.SpendableOn),
            Lots = [.. balance.Lots.Where(lot => !lot.HasEnded).Select(ToView)],
            BurnRate = burn,
            Runway = Runway.Of(live, burn),
            HourCost = cost,
            Standing = standing.Level,
            ExhaustedAt = Projection.Exhaustion(balance with { AdvancedTo = at }, rules),
            NegativeSince = standing.NegativeSince,
            DeletionAt = balance.HasVms && held is null ? standing.DeletionDue : null,
            DeletionHeldUntil = held?.Until,
            DeletionHeldBecause = held?.Reason,
            CuringAmount = live < Amount.Zero ? -live : null,
            GateAmount = live < cost ? cost - live : Amount.Zero,
            OwnThreshold = balance.OwnThreshold,
            Recipients = [.. balance.Recipients],
            Holds =
            [
                .. balance.Holds.Where(hold => hold.Until > at).Select(hold => hold.ToView(wholeRegion: false)),
                .. rules.Holds.Where(hold => hold.Until > at).Select(hold => hold.ToView(wholeRegion: true)),
            ],
        };
    }

    public static VmView ViewAt(this MeteredVm vm, Balance balance, DateTimeOffset now, BillingRules rules)
    {
        var package = balance.PricesOf(rules.Prices)[vm.Package];
        var usage = vm.Reading.UsageAt(now, package);
        return new VmView
        {
            Id = vm.Id,
            Name = vm.Traits.Name,
            Package = vm.Package,
            Currency = balance.Currency,
            Status = vm.Status,
            Locked = vm.Traits.Locked,
            AutoResume = vm.Traits.AutoResume,
            StoppedAutomatically = vm.StoppedAutomatically,
            CreatedAt = vm.AdmittedAt,
            PricePerHour = package.PriceAt(now),
            Seconds = usage.Seconds,
            Cost = usage.Cost,
            Charged = vm.Posted.Usage.Cost,
            Charges = vm.Posted.Sequence,
            ChargedThrough = vm.Posted.Through,
            NextChargeAt = vm.NextCharge,
            Order = balance.Orders.Values.Where(order => order.Vm == vm.Id && order.Kind != OrderKind.Create).MaxBy(order => order.Number)?.ToView(),
        };
    }

    public static LotView ToView(this CreditLot lot) =>
        new(lot.Id, lot.Kind, [.. lot.Scope.Products.Select(product => product.Value)], lot.Granted, lot.Remaining, lot.Effective, lot.Expires, lot.State);

    public static VoucherView ToVoucherView(this CreditLot lot) => new(
        lot.Id, lot.ToVoucherStatus(), lot.Granted, lot.Remaining, [.. lot.Scope.Products.Select(product => product.Value)], lot.Effective, lot.Expires);

    public static PlanView ViewAt(this Plan plan, Balance balance, DateTimeOffset now, BillingRules rules)
    {
        var (remaining, usedUpIn) = PlanRunway.Of(plan, balance, now < balance.AdvancedTo ? balance.AdvancedTo : now, rules.Prices);
        var terms = plan.Terms;
        return new PlanView
        {
            Id = plan.Id,
            Period = plan.Period,
            Name = terms.Name,
            Status = plan.StatusAt(now < balance.AdvancedTo ? balance.AdvancedTo : now),
            Products = [.. terms.Scope.Products.Select(product => product.Value)],
            From = terms.From,
            To = terms.To,
            Credit = terms.Credit,
            Remaining = remaining,
            UsedUpIn = usedUpIn,
            Prices = [.. terms.Prices.Select(own => new PackagePrice(own.Package, own.Price))],
            Due = terms.Due,
            Paid = plan.Paid,
            Payment = terms.Payment,
            PaymentState = plan.PaymentState,
            Renews = plan.Renews,
            Lot = plan.Lot,
            Changes = [.. plan.Changes.Select(change => new PlanChangeView(change.At, change.By, change.Paid, change.Note))],
            By = plan.By,
            MadeAt = plan.MadeAt,
        };
    }

    public static PlanTerms ToTerms(this MakePlan command) => new(
        command.Name, Scope.Of(command.Products.Select(ProductCode.Parse)), command.From.ToMilliseconds(), command.To.ToMilliseconds(), command.Credit, command.Due, command.Payment, OwnPrices(command.Prices));

    public static PlanTerms ToTerms(this PlanView plan) =>
        new(plan.Name, Scope.Of(plan.Products.Select(ProductCode.Parse)), plan.From, plan.To, plan.Credit, plan.Due, plan.Payment, OwnPrices(plan.Prices));

    private static ImmutableArray<OwnPrice> OwnPrices(IEnumerable<PackagePrice> prices) => [.. prices.Select(own => new OwnPrice(own.Package, own.PricePerHour))];

    public static EnforcementHold At(this PlaceHold hold, DateTimeOffset from) => new(hold.Hold, hold.Actions, hold.Reason, hold.By, from, hold.Until.ToMilliseconds(), hold.Disputed);

    public static HoldView ToView(this EnforcementHold hold, bool wholeRegion) =>
        new(hold.Id, hold.Actions, hold.Reason, hold.By, hold.From, hold.Until, wholeRegion, hold.Disputed);

    public static OrderView ToView(this Order order) =>
        new(order.Id, order.Kind, order.Vm, order.Episode.ToString(), order.At, order.EntryNumber, order.Live, order.State);

    public static EntryView ToView(this LedgerEntry entry) => new()
    {
        Number = entry.Number,
        Operation = entry.Operation,
        Kind = entry.Kind,
        At = entry.At,
        RecordedAt = entry.RecordedAt,
        Product = entry.Product?.Value,
        Change = entry.Change,
        BalanceAfter = entry.BalanceAfter,
        Description = entry.Description,
        Lines = [.. entry.Lines.Select(line => new LineView(line.Lot, line.Kind, line.Change))],
        Vm = entry.Vm is { } vm
            ? new(vm.Id, vm.Sequence, vm.From, vm.Through, vm.Seconds, LedgerText.ViewsOf(vm.Priced))
            : null,
    };

    public static AdmissionReply ToReply(this Admission admission) =>
        new(admission.Result, admission.Need, admission.Have, admission.Shortfall, [.. admission.NotCounted.Select(ToView)]);

    public static PostingReply ToReply(this PostingOutcome outcome) => new(outcome.Result, outcome.EntryNumber);

    public static ReadingReply ToReply(this ReadingOutcome outcome) =>
        new(outcome.Result, outcome.Posted?.Through, outcome.Posted?.Usage.Seconds ?? 0, outcome.Posted?.Usage.Cost ?? Amount.Zero, outcome.Prices);
}
