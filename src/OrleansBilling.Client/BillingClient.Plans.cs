using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Plans;
using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Client;

internal sealed partial class BillingClient
{
    public Task<PlanResult> MakePlan(BalanceId balance, MakePlan command, CancellationToken cancellation = default) =>
        OfPlan(balance, command.Operation, command.Plan, grain => grain.MakePlan(command), cancellation);

    public Task<AdjustmentReply> MakePlanByHand(BalanceId balance, MakePlan command, ActingOperator by, CancellationToken cancellation = default)
    {
        GrainKeys.Id(command.Plan, nameof(command));
        return OfAdjustments(balance, command.Operation, grain => grain.MakePlan(command, by), cancellation);
    }

    public Task<PlanResult> RecordPlanPayment(BalanceId balance, RecordPlanPayment command, CancellationToken cancellation = default) =>
        OfPlan(balance, command.Operation, command.Plan, grain => grain.RecordPlanPayment(command), cancellation);

    public Task<PlanResult> SwitchPlanRenewal(BalanceId balance, SwitchPlanRenewal command, CancellationToken cancellation = default) =>
        OfPlan(balance, command.Operation, command.Plan, grain => grain.SwitchPlanRenewal(command), cancellation);

    public Task<PlanResult> SwitchPlanRenewalByHand(BalanceId balance, SwitchPlanRenewal command, CancellationToken cancellation = default)
    {
        GrainKeys.Id(command.Plan, nameof(command));
        return OfAdjustments(balance, command.Operation, grain => grain.SwitchPlanRenewal(command), cancellation);
    }

    public Task<PlanResult> CancelPlan(BalanceId balance, CancelPlan command, CancellationToken cancellation = default) =>
        OfPlan(balance, command.Operation, command.Plan, grain => grain.CancelPlan(command), cancellation);

    public Task<PlanView[]> GetPlans(BalanceId balance, CancellationToken cancellation = default) => repetition.Call(Balance(balance).Plans, cancellation);

    private Task<PlanResult> OfPlan(BalanceId balance, string operation, string plan, Func<IBalanceGrain, Task<PlanResult>> command, CancellationToken cancellation)
    {
        GrainKeys.Id(operation, nameof(operation));
        GrainKeys.Id(plan, nameof(plan));
        var grain = Balance(balance);
        return repetition.Call(() => command(grain), cancellation);
    }
}
