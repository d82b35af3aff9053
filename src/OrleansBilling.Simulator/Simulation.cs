using System.Text.Json.Nodes;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Simulator;

/// <summary>
/// Plays a story on the domain alone. It goes from one instant to the next at which something happens, and within an instant keeps
/// the order of the policy: the platform's reports, what is due, then requests and payments one by one.
/// </summary>
public sealed class Simulation
{
    private readonly Story story;
    private readonly BillingRules rules;
    private readonly Journal journal;
    private readonly List<SimulatedVm> vms = []; // in the order of their creation
    private Balance balance;
    private DateTimeOffset now;

    private Simulation(Story story)
    {
        this.story = story;
        rules = new BillingRules(story.Policy, story.Prices, [], Revision: 1);
        balance = Balance.Empty with { Currency = story.Currency };
        journal = new Journal(story.Name, story.TellsWarnings);
    }

    /// <summary>The journal of a story.</summary>
    /// <exception cref="StoryException">Its money leaves the range of an amount; names the instant.</exception>
    public static Journal Play(Story story)
    {
        var simulation = new Simulation(story);
        try
        {
            return simulation.Run();
        }
        catch (OverflowException)
        {
            throw new StoryException(Journal.Text(simulation.now), $"the money leaves the range of ±{new Amount(long.MaxValue)}");
        }
    }

    private Journal Run()
    {
        var waiting = new Queue<StoryEvent>(story.Events);
        while (NextInstant(waiting) is { } next && next <= story.Until)
        {
            now = next;
            var events = new List<StoryEvent>();
            while (waiting.TryPeek(out var happening) && happening.At == now) events.Add(waiting.Dequeue());

            foreach (var vm in vms.Where(vm => vm.Underway?.At == now)) vm.Finish();
            foreach (var report in events.OfType<PlatformReports>()) vms.Find(vm => vm.Id == report.Vm)?.Report(now, report.Status);
            Step(_ => { });
            foreach (var arrived in events) Do(arrived);
        }
        WriteEnd();
        return journal;
    }

    private DateTimeOffset? NextInstant(Queue<StoryEvent> waiting)
    {
        var instants = vms.Select(vm => vm.Underway?.At)
            .Append(waiting.TryPeek(out var next) ? next.At : null)
            .Append(Projection.NextDue(balance, rules, withCharges: true))
            .Where(at => at is not null);
        return instants.Min();
    }

    private void Do(StoryEvent happening)
    {
        switch (happening)
        {
            case CreditArrives { Kind: CreditKind.TopUp } credit:
                Step(step => step.TopUp(credit.Place, story.Currency, credit.Amount, "top-up"));
                break;
            case CreditArrives credit:
                Step(step => step.Grant(credit.Place, credit.Lot, credit.Kind, credit.Scope, story.Currency, credit.Amount, credit.Effective, credit.Expires, credit.Lot));
                break;
            case PlanIsMade made:
                Step(step => step.MakePlan(made.Place, made.Plan, story.Currency, made.Terms, made.Renews, "story"));
                break;
            case RenewalIsSwitched switched:
                Step(step => step.SwitchPlanRenewal(switched.Place, switched.Plan, switched.Renews, "story"));
                break;
            case ProductCharges charge:
                Step(step => step.Charge(charge.Place, charge.Product, story.Currency, charge.Amount, "charge"));
                break;
            case CreditTakenBack back:
                var hold = back.HeldUntil is { } until ? new EnforcementHold(back.Place, HeldActions.Deletion, "dispute", "gateway", now, until, back.Amount) : null;
                Step(step => step.TakeBack(back.Place, story.Currency, back.Amount, "refund", hold is null ? [] : [hold]));
                break;
            case OperatorAdjusts adjusts:
                Step(step => step.Adjust(adjusts.Place, adjusts.Adjustment, "adjustment"));
                break;
            case LotIsRevoked revoked:
                if (balance.Lots.Exists(lot => lot.Id == revoked.Lot)) Step(step => step.Revoke(revoked.Lot, "revoked"));
                break;
            case TenantAsks asks:
                Ask(asks);
                break;
        }
    }

    private void Ask(TenantAsks asks)
    {
        var vm = vms.Find(vm => vm.Id == asks.Vm);
        if (asks.Request == VmRequest.Create ? vm is not null : vm?.History.Status.Allows(asks.Request) != true) return;
        Step(step =>
        {
            if (asks.Request.NeedsCredit())
            {
                var admission = asks.Request == VmRequest.Create
                    ? step.Create(asks.Place, asks.Vm, asks.Package!, new VmTraits(asks.Vm))
                    : step.Admit(asks.Vm, asks.Request);
                if (admission.Result != AdmissionResult.Admitted)
                {
                    journal.Refused(asks.At, ActionName(asks.Request), asks.Vm, admission);
                    return;
                }
            }
            // The creation of an admitted VM is an order, and is carried out as one.
            if (asks.Request != VmRequest.Create) vm!.Begin(asks.Request, asks.At, story.PlatformDelays[asks.Request]);
        });
    }

    /// <summary>
    /// Decides, writes down what happened and carries the orders out; again while these make VMs change within the instant.
    /// </summary>
    private void Step(Action<BalanceStep> command)
    {
        var step = BalanceStep.Begin(balance, rules, now);
        Report(step);
        step.Advance();
        command(step);
        Report(step);
        step.Advance();
        while (CarryOut(step))
        {
            Report(step);
            step.Advance();
        }
        var decision = step.Decide();
        balance = decision.Next;
        journal.Write(decision.Events);
    }

    private void Report(BalanceStep step)
    {
        foreach (var vm in vms)
            foreach (var reading in vm.ReadingsAfter(step.Balance.Vms[vm.Id].Reading.Revision, step.Now, PackageOf(vm, step.Balance)))
                if (step.Report(vm.Id, reading, new VmTraits(vm.Id), step.Balance.PlanPrices).Result == ReadingResult.Folded)
                    throw new InvalidOperationException($"VM {vm.Id} says something new of long ago; in a story nothing is heard late.");
    }

    /// <returns>Whether a VM has obeyed anything.</returns>
    private bool CarryOut(BalanceStep step)
    {
        var obeyed = false;
        foreach (var order in step.OrdersUnderway())
        {
            var vm = vms.Find(vm => vm.Id == order.Vm);
            switch (order.Kind)
            {
                case OrderKind.Create when vm is null:
                    vm = new SimulatedVm(order.Vm, step.Now);
                    vms.Add(vm);
                    vm.Begin(VmRequest.Create, step.Now, story.PlatformDelays[VmRequest.Create]);
                    obeyed = true;
                    break;
                case OrderKind.Stop when vm!.History.Status == VmStatus.Running && step.BeginOrder(order.Id) is not null:
                    vm.Begin(VmRequest.PowerOff, step.Now, story.PlatformDelays[VmRequest.PowerOff]);
                    obeyed = true;
                    break;
                case OrderKind.Delete when !vm!.History.Status.IsBeingDeleted():
                    vm.Begin(VmRequest.Delete, step.Now, story.PlatformDelays[VmRequest.Delete]);
                    obeyed = true;
                    break;
            }
        }
        return obeyed;
    }

    private Package PackageOf(SimulatedVm vm, Balance of) => of.PricesOf(rules.Prices)[of.Vms[vm.Id].Package];

    private static string ActionName(VmRequest request) => request switch
    {
        VmRequest.Create => "create",
        VmRequest.PowerOn => "powerOn",
        VmRequest.Reboot => "reboot",
        _ => throw new ArgumentOutOfRangeException(nameof(request), request, "Never refused."),
    };

    private void WriteEnd()
    {
        var end = journal.End;
        end["at"] = Journal.Text(story.Until);
        end["balance"] = Journal.Text(balance.Total);
        end["spendableOnGpuVm"] = Journal.Text(balance.SpendableOn(ProductCode.GpuVm));
        end["liveOnGpuVm"] = Journal.Text(balance.LiveAt(story.Until, rules.Prices));
        end["topUp"] = Journal.Text(balance.TopUp);
        end["lots"] = new JsonObject(balance.Lots.Select(lot => KeyValuePair.Create<string, JsonNode?>(lot.Id, Journal.Text(lot.Remaining))));
        end["vms"] = new JsonObject(vms.Select(vm =>
        {
            var usage = vm.ReadingAt(story.Until, PackageOf(vm, balance)).Usage;
            return KeyValuePair.Create<string, JsonNode?>(vm.Id, new JsonObject
            {
                ["status"] = vm.History.Status.ToString(),
                ["seconds"] = usage.Seconds,
                ["cost"] = Journal.Text(usage.Cost),
                ["charged"] = Journal.Text(balance.Vms[vm.Id].Posted.Usage.Cost),
            });
        }));
    }
}
