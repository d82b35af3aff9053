using System.Collections.Immutable;
using System.Globalization;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Support;

/// <summary>
/// One tenant's balance and machines, driven instant by instant as the shell drives them: each call is a step that first does what is
/// due, and what it posts is known to the next one. It obeys no order by itself; tests say what the machines do.
/// </summary>
internal sealed class Tenant
{
    private readonly Dictionary<string, KnownOperation> ledger = [];

    public Tenant(BillingPolicy? policy = null, params Package[] packages) =>
        Rules = new BillingRules(
            policy ?? new BillingPolicy(), new PriceList(Currency.Usd, packages.DefaultIfEmpty(H100).ToImmutableDictionary(package => package.Code)), [], Revision: 1);

    /// <summary>1×H100 as published: $2.54 an hour.</summary>
    public static readonly Package H100 = Sold("1xH100", ("2026-01-01T00:00:00Z", "2.54"));

    /// <summary>The currency of its money.</summary>
    public Currency Currency { get; init; } = Currency.Usd;

    public BillingRules Rules { get; set; }

    public Balance Balance { get; private set; } = Balance.Empty;

    public Standing Standing => Balance.Standing;

    public List<BalanceEvent> Events { get; } = [];

    public Dictionary<string, StatusHistory> Histories { get; } = [];

    public IEnumerable<LedgerEntry> Entries => Events.OfType<EntryPosted>().Select(posted => posted.Entry);

    public IEnumerable<Notice> Notices => Events.OfType<NoticeGiven>().Select(given => given.Notice);

    /// <summary>What was ordered of a kind, as "VM at time".</summary>
    public IEnumerable<string> Ordered(OrderKind kind) =>
        Events.OfType<OrderIssued>().Where(issued => issued.Order.Kind == kind).Select(issued => $"{issued.Order.Vm} {issued.At:HH:mm:ss.FFF}");

    /// <summary>When the tenant was told something of a kind.</summary>
    public IEnumerable<string> Told(NoticeKind kind) => Notices.Where(notice => notice.Kind == kind).Select(notice => $"{notice.At:HH:mm:ss.FFF}");

    public Order? OrderFor(string vm, OrderKind kind) => Balance.Orders.Values.FirstOrDefault(order => order.Vm == vm && order.Kind == kind);

    /// <summary>A package with its prices an hour.</summary>
    public static Package Sold(string code, params (string From, string PerHour)[] prices) =>
        new(code, [.. prices.Select((price, i) => new PriceVersion(i + 1, HourlyPrice.Parse(price.PerHour), At(price.From)))]);

    /// <summary>An instant of 2 March 2026, e.g. <c>10:10:52</c>, or any other with its date.</summary>
    public static DateTimeOffset At(string time) =>
        DateTimeOffset.Parse(time.Contains('T', StringComparison.Ordinal) ? time : $"2026-03-02T{time}Z", CultureInfo.InvariantCulture);

    /// <summary>One step at an instant.</summary>
    public T Do<T>(DateTimeOffset at, Func<BalanceStep, T> command, bool unwarned = false)
    {
        var step = BalanceStep.Begin(Balance, Rules, at, ledger, unwarned);
        step.Advance();
        var answer = command(step);
        Take(step.Decide());
        return answer;
    }

    public T Do<T>(string at, Func<BalanceStep, T> command) => Do(At(at), command);

    public void Do(string at, Action<BalanceStep> command) => Do(At(at), step =>
    {
        command(step);
        return true;
    });

    public void Advance(DateTimeOffset at) => Take(BalanceStep.Advance(Balance, Rules, at));

    public void Advance(string at) => Advance(At(at));

    /// <summary>Goes on from one due instant to the next, as a timer does.</summary>
    public void Live(string until)
    {
        while (Projection.NextDue(Balance, Rules, withCharges: true) is { } due && due <= At(until)) Advance(due);
        Advance(until);
    }

    public PostingOutcome TopUp(string at, string amount, string? operation = null) =>
        Do(at, step => step.TopUp(operation ?? $"topUp-{Events.Count}", Currency, Amount.Parse(amount), "card"));

    public PostingOutcome TakeBack(string at, string amount, string? operation = null) =>
        Do(at, step => step.TakeBack(operation ?? $"back-{Events.Count}", Currency, Amount.Parse(amount), "refunded"));

    /// <summary>An operator puts something right: above zero a credit, below a debit.</summary>
    public PostingOutcome Adjust(string at, string change, CreditKind target = CreditKind.TopUp, string? lot = null, string products = "", string? until = null, string? operation = null) =>
        Do(at, step => step.Adjust(
            operation ?? $"adjust-{Events.Count}", new Adjustment(Currency.Usd, Amount.Parse(change), target, lot, Scope.Parse(products), until is null ? null : At(until)), "put right"));

    public PostingOutcome Grant(string at, CreditKind kind, string lot, string amount, string products = "", string? from = null, string? until = null) =>
        Do(at, step => step.Grant(
            $"grant-{lot}", lot, kind, Scope.Parse(products), Currency, Amount.Parse(amount),
            from is null ? null : At(from), until is null ? null : At(until), "a gift"));

    /// <summary>An operator makes a plan; what is due for it is its credit.</summary>
    public PlanResult Plan(
        string at, string id, string from, string to, string credit, string products = "", (string Package, string PerHour)[]? prices = null, bool renews = false, string? operation = null) =>
        Do(at, step => step.MakePlan(
            operation ?? $"make-{id}", id, Currency,
            new PlanTerms(
                id, Scope.Parse(products), At(from), At(to), Amount.Parse(credit), Amount.Parse(credit), PlanPayment.Afterwards,
                [.. (prices ?? []).Select(own => new OwnPrice(own.Package, HourlyPrice.Parse(own.PerHour)))]),
            renews, "grace"));

    public PostingOutcome Charge(string at, string amount, string product = "ai-notebook", string? operation = null) =>
        Do(at, step => step.Charge(operation ?? $"charge-{Events.Count}", ProductCode.Parse(product), Currency, Amount.Parse(amount), "use"));

    public Admission Create(string at, string vm, string package = "1xH100", bool locked = false, bool autoResume = false)
    {
        var admission = Do(at, step => step.Create($"create-{vm}", vm, package, new VmTraits(vm, locked, autoResume)));
        if (admission.Result == AdmissionResult.Admitted) Histories.TryAdd(vm, StatusHistory.CreatedAt(At(at)));
        return admission;
    }

    /// <summary>Creates a VM that is Running at once.</summary>
    public void Run(string at, string vm, string package = "1xH100", bool locked = false, bool autoResume = false)
    {
        Assert.Equal(AdmissionResult.Admitted, Create(at, vm, package, locked, autoResume).Result);
        Become(at, vm, VmStatus.Running);
    }

    /// <summary>The platform reports a status, in time or late, and the VM tells its balance at the instant of the report.</summary>
    public ReadingOutcome Become(string at, string vm, VmStatus status, string? heardAt = null)
    {
        Histories[vm] = Histories[vm].With(new StatusChange(At(at), status));
        return Report(heardAt ?? at, vm);
    }

    /// <summary>The VM pushes its reading.</summary>
    public ReadingOutcome Report(string at, string vm) => Take(At(at), vm, ReadingOf(vm, At(at)));

    /// <summary>What the VM says, and says in full when it is asked to, beside what the ledger has charged it (policy 3.9).</summary>
    public ReadingOutcome Take(DateTimeOffset at, string vm, MeterReading reading)
    {
        var outcome = Take(at, vm, reading, null);
        if (outcome.Result != ReadingResult.Folded) return outcome;
        ReadInFull++;
        var charged = ChargedSeconds.Of([.. Entries.Select(entry => entry.Vm).Where(charge => charge?.Id == vm).Select(charge => (charge!.Sequence, charge.Priced))]);
        return Take(at, vm, reading with { Usage = Histories[vm].UsageThrough(reading.Through, PackageOf(vm)) }, charged);
    }

    /// <summary>How often what the ledger has charged had to be asked for.</summary>
    public int ReadInFull { get; private set; }

    public MeterReading ReadingOf(string vm, DateTimeOffset at)
    {
        var history = Histories[vm];
        var through = history.MeteredThrough(at);
        return new MeterReading(history.Changes.Length, through, history.UsageThrough(through, PackageOf(vm)).Fold(), history.Status, history.FirstRunning);
    }

    private Package PackageOf(string vm) => Balance.PricesOf(Rules.Prices)[Balance.Vms[vm].Package];

    private ReadingOutcome Take(DateTimeOffset at, string vm, MeterReading reading, ChargedSeconds? charged)
    {
        var step = BalanceStep.Begin(Balance, Rules, at, ledger);
        var outcome = step.Report(vm, reading, Balance.Vms[vm].Traits, Balance.PlanPrices, charged); // the platform comes before what is due (policy 5)
        step.Advance();
        Take(step.Decide());
        return outcome;
    }

    /// <summary>The VM has received its order and asks whether it holds.</summary>
    public Order? Begin(string at, Order order) => Do(at, step => step.BeginOrder(order.Id));

    public string LiveAt(string at) => Balance.LiveAt(At(at), Rules.Prices).ToString();

    private void Take(Decision decision)
    {
        Balance = decision.Next;
        Events.AddRange(decision.Events);
        foreach (var posted in decision.Events.OfType<EntryPosted>()) ledger.Add(posted.Entry.Operation, new KnownOperation(posted.Entry.Fingerprint, posted.Entry.Number));
    }
}
