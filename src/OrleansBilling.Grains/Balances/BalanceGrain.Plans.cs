using OrleansBilling.Contracts.Plans;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Plans;

namespace OrleansBilling.Grains.Balances;

public sealed partial class BalanceGrain
{
    public Task<PlanResult> MakePlan(MakePlan command)
    {
        var terms = command.ToTerms();
        return Submit(step => Make(step, command, terms), command.Operation);
    }

    /// <summary>The very step that would be written, on a draft that is thrown away.</summary>
    public async Task<PlanResult?> PreviewPlan(MakePlan command)
    {
        var terms = command.ToTerms();
        var step = await Draft(command.Operation);
        var plans = step.Decide().Next.Plans.Count;
        var result = Make(step, command, terms);
        return step.Decide().Next.Plans.Count > plans ? null : result;
    }

    public Task<PlanResult> RecordPlanPayment(RecordPlanPayment command) =>
        Submit(step => step.RecordPlanPayment(command.Operation, command.Plan, command.Period, command.Amount, command.By, command.Note));

    public Task<PlanResult> SwitchPlanRenewal(SwitchPlanRenewal command) =>
        Submit(step => step.SwitchPlanRenewal(command.Operation, command.Plan, command.Renews, command.By));

    public Task<PlanResult> CancelPlan(CancelPlan command) => Submit(step => step.CancelPlan(command.Operation, command.Plan, command.By));

    public async Task<PlanView[]> Plans()
    {
        var rules = await Current();
        var (balance, now) = (stored.Balance, clock.Now());
        return [.. balance.Plans.OrderByDescending(plan => plan.Terms.From).ThenByDescending(plan => plan.Ordinal).Select(plan => plan.ViewAt(balance, now, rules))];
    }

    private static PlanResult Make(BalanceStep step, MakePlan command, PlanTerms terms) =>
        step.MakePlan(command.Operation, command.Plan, command.Currency, terms, command.Renews, command.By);
}
