using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Properties;

/// <summary>Something that happens at an instant: a report of the platform, or a command.</summary>
internal sealed record Happening(DateTimeOffset At, string? Vm, VmStatus Status, Action<BalanceStep>? Command);

/// <summary>
/// Half an hour of one tenant, finer than a second: what happens to it, but not when anybody looks. The same seed gives the same life.
/// VMs come first, then money comes and goes, prices change and the platform reports at fractions of seconds.
/// </summary>
internal sealed class RandomLife
{
    /// <summary>Instants are multiples of this.</summary>
    public static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(50);

    public static readonly DateTimeOffset Start = Tenant.At("10:00:00");

    private static readonly VmStatus[] statuses =
        [VmStatus.Running, VmStatus.Running, VmStatus.Stopping, VmStatus.Stopped, VmStatus.Starting, VmStatus.Rebooting, VmStatus.Error];
    private static readonly string[] scopes = ["", "gpu-vm", "gpu-vm,inference", "ai-notebook"];

    private readonly Random random;

    public RandomLife(int seed)
    {
        random = new Random(seed);
        End = Start.AddMinutes(30);
        var packages = Enumerable.Range(0, 2).Select(i => RandomPackage($"p{i}")).ToArray();
        Rules = new Tenant(new BillingPolicy { ChargeEvery = TimeSpan.FromMinutes(random.Next(1, 6)) }, packages).Rules;
        if (seed % 2 == 0) Rules = Rules with { Prices = new PriceList(Currency.Vnd, Rules.Prices.Packages, RandomRates(new Random(-seed), many: seed % 6 == 0)) };
        Vms = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => $"v{i}")];
        var (beginnings, rest) = (Beginnings().ToList(), Enumerable.Range(0, random.Next(10, 40)).Select(Something).ToList());
        Happenings = [.. beginnings.Concat(rest).Concat(PutRight(new Random(~seed))).Concat(Plans(new Random(seed ^ 0x5A5A))).OrderBy(happening => happening.At)];
    }

    public DateTimeOffset End { get; }

    public BillingRules Rules { get; }

    public IReadOnlyList<string> Vms { get; }

    public IReadOnlyList<Happening> Happenings { get; }

    /// <summary>An instant after another one and not after the end.</summary>
    public static DateTimeOffset Moment(Random random, DateTimeOffset after, DateTimeOffset end) =>
        after + Grain * random.Next(1, Math.Max(2, (int)((end - after) / Grain)));

    /// <summary>Lets it happen at its instant.</summary>
    public static void Happen(Tenant tenant, Happening happening)
    {
        var at = happening.At;
        if (happening.Command is { } command)
        {
            tenant.Do(at, step =>
            {
                command(step);
                return true;
            });
            foreach (var vm in tenant.Balance.Vms.Values) tenant.Histories.TryAdd(vm.Id, StatusHistory.CreatedAt(vm.AdmittedAt));
        }
        else if (tenant.Histories.TryGetValue(happening.Vm!, out var history))
        {
            tenant.Histories[happening.Vm!] = history.With(new StatusChange(at, happening.Status));
            tenant.Take(at, happening.Vm!, tenant.ReadingOf(happening.Vm!, at));
        }
    }

    private Package RandomPackage(string code)
    {
        var changes = Enumerable.Range(0, random.Next(3)).Select(_ => Moment(random, Start, End)).Distinct().Order();
        return new Package(code, [.. changes.Prepend(Start.AddDays(-1)).Select((from, i) => new PriceVersion(i + 1, new HourlyPrice(random.Next(1, 9_000_000)), from))]);
    }

    // The balance is in dollars, so prices in another currency need exchange rates; these change as prices do, or so often that the first of them are folded.
    private IEnumerable<RateVersion> RandomRates(Random random, bool many)
    {
        var changes = Enumerable.Range(0, many ? random.Next(20, 120) : random.Next(4)).Select(_ => Moment(random, Start, End)).Distinct().Order();
        return [.. changes.Prepend(Start.AddDays(-1)).Select((from, i) => new RateVersion(i + 1, Currency.Usd, new ExchangeRate(random.NextInt64(500_000_000_000, 2_000_000_000_000)), from))];
    }

    private IEnumerable<Happening> Beginnings()
    {
        yield return Command(Start, step => step.TopUp("first", Currency.Usd, new Amount(30_000_000), "card"));
        foreach (var vm in Vms)
        {
            var package = $"p{random.Next(2)}";
            yield return Command(Start, step => step.Create($"create-{vm}", vm, package, new VmTraits(vm)));
        }
        // Most of it goes at once, so that little is left to run on.
        var most = new Amount(random.Next(27_000_000, 30_000_001));
        yield return Command(Start, step => step.Charge("rest", new ProductCode("inference"), Currency.Usd, most, "use"));
    }

    private Happening Something(int number)
    {
        var at = Moment(random, Start, End);
        var amount = new Amount(random.Next(1, 2_000_000));
        switch (random.Next(10))
        {
            case 0:
                return Command(at, step => step.TopUp($"o{number}", Currency.Usd, amount, "card"));
            case 1:
                return Command(at, step => step.Charge($"o{number}", new ProductCode("ai-notebook"), Currency.Usd, amount, "use"));
            case 2 or 3:
                var kind = random.Next(2) == 0 ? CreditKind.Voucher : CreditKind.BillingPlan;
                var scope = Scope.Parse(scopes[random.Next(scopes.Length)]);
                DateTimeOffset? from = random.Next(2) == 0 ? Moment(random, at, End) : null;
                DateTimeOffset? until = random.Next(3) > 0 ? Moment(random, from ?? at, End) : null;
                return Command(at, step => step.Grant($"o{number}", $"l{number}", kind, scope, Currency.Usd, amount, from, until, "gift"));
            default:
                return new Happening(at, Vms[random.Next(Vms.Count)], statuses[random.Next(statuses.Length)], null);
        }
    }

    // In half of the lives operators adjust and revoke, and somebody chooses a currency. By chance of its own, so that the others stay what they are.
    private IEnumerable<Happening> PutRight(Random chance)
    {
        var most = chance.Next(2) == 0 ? 0 : 12;
        for (var number = chance.Next(most + 1); number > 0; number--)
        {
            var (id, at, amount, place) = ($"right-{number}", Moment(chance, Start, End), new Amount(chance.Next(1, 2_000_000)), chance.Next(100));
            switch (chance.Next(5))
            {
                case 0:
                    var change = new Adjustment(Currency.Usd, chance.Next(2) == 0 ? amount : -amount, CreditKind.TopUp, null, Scope.AllProducts, null);
                    yield return Command(at, step => step.Adjust(id, change, "put right"));
                    break;
                case 1:
                    DateTimeOffset? until = chance.Next(2) == 0 ? Moment(chance, at, End) : null;
                    var lot = new Adjustment(Currency.Usd, amount, CreditKind.Voucher, id, Scope.Parse(scopes[chance.Next(scopes.Length)]), until);
                    yield return Command(at, step => step.Adjust(id, lot, "put right"));
                    break;
                case 2: // of whatever lot there is by then: also one that has ended, has not begun or has too little left
                    var part = chance.Next(1, 9);
                    yield return Command(at, step =>
                    {
                        if (LotAt(step, place) is { } there && there.Granted.Micros / part is > 0 and var taken)
                            step.Adjust(id, new Adjustment(Currency.Usd, new Amount(-taken), there.Kind, there.Id, Scope.AllProducts, null), "put right");
                    });
                    break;
                case 3:
                    yield return Command(at, step =>
                    {
                        if (LotAt(step, place) is { } there && CreditLot.IsId(there.Id)) step.Revoke(there.Id, "a mistake"); // a plan is cancelled instead
                    });
                    break;
                default: // it has one: another is neither chosen nor taken (policy 1.4)
                    var other = chance.Next(2) == 0 ? Currency.Vnd : Currency.Jpy;
                    yield return Command(at, step =>
                    {
                        if (step.ChooseCurrency(other) != CurrencyResult.OtherCurrency || step.ChooseCurrency(Currency.Usd) != CurrencyResult.Chosen || step.TopUp(id, other, amount, "card").Result != PostingResult.OtherCurrency)
                            throw new InvalidOperationException($"The balance has become one in {other} (M11).");
                    });
                    break;
            }
        }
        if (most > 0) yield return Command(Start.AddTicks(-1), step => step.ChooseCurrency(Currency.Usd)); // before any money
    }

    private static CreditLot? LotAt(BalanceStep step, int place) => step.Balance.Lots is { Count: > 0 and var count } lots ? lots[place % count] : null;

    /// <summary>In half of the lives a billing plan begins, most with a price of its own, and lasts longer than the life. By chance of its own.</summary>
    private IEnumerable<Happening> Plans(Random random)
    {
        if (random.Next(2) == 0) yield break;
        var at = Moment(random, Start, End.AddMinutes(-5));
        var (from, amount) = (Moment(random, at.AddMinutes(1), End), new Amount(random.Next(1, 2_000_000)));
        var terms = new PlanTerms(
            "plan", Scope.AllProducts, from, from.AddHours(2), amount, amount, PlanPayment.Upfront, random.Next(4) == 0 ? [] : [new OwnPrice($"p{random.Next(2)}", new HourlyPrice(random.Next(1, 9_000_000)))]);
        yield return Command(at, step => step.MakePlan("make-plan", "plan", Currency.Usd, terms, renews: true, "grace"));
    }

    private static Happening Command(DateTimeOffset at, Action<BalanceStep> command) => new(at, null, default, command);
}
