using System.Collections.Immutable;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>What the tenant, other products and operators do all day: little money, many machines, so that it runs out often.</summary>
internal sealed class Life(World world)
{
    private const int MostVmsAlive = 5;

    private static readonly ImmutableArray<string> scopes = ["", "gpu-vm", "gpu-vm,inference", "ai-notebook"];

    private readonly Random random = world.Random;
    private readonly List<string> vms = [];
    private readonly List<string> plans = [];
    private int pause; // seconds between two things, in this run
    private DateTimeOffset poorUntil; // nobody pays till then

    public void Begin()
    {
        pause = random.Next(10, 90);
        world.Client.Post((operation, amount) => step => step.TopUp(operation, Currency.Usd, amount, "card"), new Amount(random.Next(1_000_000, 9_000_000)));
        world.Schedule.After(TimeSpan.FromSeconds(1), Something);
        if (world.HasManyPrices) ChangePrices(1);
    }

    private void Something()
    {
        if (world.HealedAt is not null) return;
        world.Schedule.After(world.Seconds(1, 2 * pause), Something);
        if (random.Next(100) == 0) poorUntil = world.Now + world.Seconds(600, 4800);
        var poor = poorUntil > world.Now && random.Next(10) > 0;
        switch (random.Next(42))
        {
            case < 6: if (!poor) TopUp(); break;
            case < 8: if (!poor) Grant(); break;
            case < 13: Charge(); break;
            case 13: ChargeNearlyAll(); break;
            case < 22: Create(); break;
            case < 36: Ask(); break;
            case 36: ChangePrice(); break;
            case 37: Hold(); break;
            case 38: HoldRegion(); break;
            case 39: MakePlan(); break;
            case 40: ChangePlan(); break;
            default: Watch(); break;
        }
    }

    private Amount Some(int most) => new(random.Next(1, most));

    private void TopUp()
    {
        var currency = random.Next(20) == 0 ? Currency.Jpy : Currency.Usd;
        world.Client.Post((operation, amount) => step => step.TopUp(operation, currency, amount, "card"), Some(8_000_000));
    }

    private void Grant()
    {
        var kind = random.Next(2) == 0 ? CreditKind.Voucher : CreditKind.BillingPlan;
        var scope = Scope.Parse(scopes[random.Next(scopes.Length)]);
        var (lot, now) = ($"lot-{world.Number()}", world.Now);
        DateTimeOffset? from = random.Next(2) == 0 ? now + world.Seconds(1, 3600) : null;
        DateTimeOffset? until = random.Next(3) > 0 ? (from ?? now) + world.Seconds(1, 7200) : null;
        world.Client.Post((operation, amount) => step => step.Grant(operation, lot, kind, scope, Currency.Usd, amount, from, until, "gift"), Some(4_000_000));
    }

    /// <summary>With own prices most of the time, which may be at odds with those of another plan: then it is not made.</summary>
    private void MakePlan()
    {
        var (id, from, until) = ($"plan-{world.Number()}", world.Now + world.Seconds(61, 1800), world.Seconds(3600, 7200));
        var prices = Catalogue.Packages.Where(_ => random.Next(2) == 0).Select(package => new OwnPrice(package, new HourlyPrice(random.Next(1, 4_000_000)))).ToImmutableArray();
        var renews = random.Next(2) == 0;
        plans.Add(id);
        world.Client.Post(
            (operation, amount) => step =>
            {
                var terms = new PlanTerms(id, Scope.AllProducts, from, from + until, amount, amount, PlanPayment.Partial, prices);
                return new PostingOutcome(
                    step.MakePlan(operation, id, Currency.Usd, terms, renews, "operator") switch
                    {
                        PlanResult.Done => PostingResult.Pending, // its lot waits
                        PlanResult.OperationReused => PostingResult.OperationReused,
                        PlanResult.OtherCurrency => PostingResult.OtherCurrency,
                        PlanResult.NoRate => PostingResult.NoRate,
                        _ => PostingResult.AlreadyExpired,
                    },
                    EntryNumber: 0);
            },
            Some(4_000_000));
    }

    private void ChangePlan()
    {
        if (plans.Count == 0) return;
        var (operation, id, renews) = ($"plan-op-{world.Number()}", plans[random.Next(plans.Count)], random.Next(3) == 0);
        if (random.Next(3) == 0) world.Client.Tell(step => step.CancelPlan(operation, id, "operator") == PlanResult.Done);
        else world.Client.Tell(step => step.SwitchPlanRenewal(operation, id, renews, "operator") == PlanResult.Done);
    }

    private void Charge()
    {
        var product = new ProductCode(random.Next(2) == 0 ? "inference" : "ai-notebook");
        world.Client.Post((operation, amount) => step => step.Charge(operation, product, Currency.Usd, amount, "use"), Some(3_000_000));
    }

    /// <summary>To a little above zero, or to a little below.</summary>
    private void ChargeNearlyAll()
    {
        var amount = world.Store.Stored.Balance.Total + new Amount(random.Next(-300_000, 300_000));
        if (amount <= Amount.Zero) return;
        poorUntil = world.Now + world.Seconds(1, 3600);
        world.Client.Post((operation, some) => step => step.Charge(operation, new ProductCode("inference"), Currency.Usd, some, "use"), amount);
    }

    /// <summary>Several at once, with money for some of them.</summary>
    private void Create()
    {
        var alive = vms.Count(vm => !world.Store.Vms.TryGetValue(vm, out var record) || record.State.History.Status != VmStatus.Deleted);
        for (var parallel = Math.Min(random.Next(1, 5), MostVmsAlive - alive); parallel > 0; parallel--)
        {
            vms.Add($"vm-{world.Number()}");
            world.Client.Create(vms[^1], Catalogue.Packages[random.Next(Catalogue.Packages.Length)], random.Next(2) == 0);
        }
        if (vms.Count > 12) vms.RemoveAt(0);
    }

    private void Ask()
    {
        if (vms.Count == 0) return;
        var request = random.Next(14) switch { < 5 => VmRequest.PowerOn, < 10 => VmRequest.PowerOff, < 13 => VmRequest.Reboot, _ => VmRequest.Delete };
        world.Client.Ask(vms[random.Next(vms.Count)], request);
    }

    private void ChangePrice()
    {
        var (package, price, from) = (Catalogue.Packages[random.Next(Catalogue.Packages.Length)], random.Next(1, 6_000_000), world.Now + world.Seconds(61, 900));
        world.Store.Revise(rules => rules.WithPrice(package, price, from));
    }

    // Every 40 seconds those of all packages: what a platform says up to half an hour late is of a time whose prices are folded.
    private void ChangePrices(int number)
    {
        if (world.HealedAt is not null) return;
        var from = world.Now.AddSeconds(65);
        world.Store.Revise(rules => Catalogue.Packages.Aggregate(rules, (changed, package) => changed.WithPrice(package, 700_000 + 7919L * number % 1_000_000, from)));
        world.Schedule.After(TimeSpan.FromSeconds(40), () => ChangePrices(number + 1));
    }

    private void Hold()
    {
        var hold = NewHold();
        world.Client.Tell(step =>
        {
            if (hold.Until > step.Now) step.Hold(hold);
            return true;
        });
        world.Schedule.After(world.Seconds(60, 3600), () => world.Client.Tell(step => step.Release(hold.Id)));
    }

    private void HoldRegion()
    {
        var hold = NewHold();
        world.Store.Revise(rules => rules with { Holds = rules.Holds.Add(hold) });
    }

    private EnforcementHold NewHold() =>
        new($"hold-{world.Number()}", (HeldActions)random.Next(1, 4), "a test", "operator", world.Now, world.Now + world.Seconds(60, 3600));

    private void Watch()
    {
        var operation = $"watch-{world.Number()}";
        var threshold = Some(3_000_000);
        world.Client.Tell(step => step.Watch(operation, threshold, []));
    }
}
