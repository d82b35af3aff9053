using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Plans;
using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Contracts.Adjustments;

/// <summary>
/// What operators put right in one balance; its key is a <see cref="BalanceId"/>. Above a limit one operator asks and another one approves; a call that fails has an
/// unknown outcome: repeat it with the same id.
/// </summary>
[Alias("adjustments")]
public interface IAdjustmentsGrain : IGrainWithStringKey
{
    /// <summary>What an adjustment would do now, and whether it needs a second operator. Changes nothing.</summary>
    [Alias("preview")] Task<AdjustmentPreview> Preview(AdjustBalance command);

    /// <summary>Posts an adjustment, or stores it until a second operator approves.</summary>
    [Alias("ask")] Task<AdjustmentReply> Ask(AdjustBalance command, ActingOperator by);

    /// <summary>
    /// Makes a billing plan that an operator wants, in whose name it is recorded; above the limit, by all that it gives (<see cref="Domain.Plans.PlanWorth"/>), it is stored as an adjustment is and has no effect before it is approved.
    /// </summary>
    /// <exception cref="ArgumentException">The terms make no sense.</exception>
    [Alias("make-plan")] Task<AdjustmentReply> MakePlan(MakePlan command, ActingOperator by);

    /// <summary>
    /// Says whether a plan renews, because one operator wants it; where what it would give by that is above the limit, it is not switched on: <see cref="PlanResult.NeedsApproval"/>.
    /// </summary>
    [Alias("switch-plan-renewal")] Task<PlanResult> SwitchPlanRenewal(SwitchPlanRenewal command);

    /// <summary>Approves what another operator asked for, by its operation id, and posts it; a plan is made, unless it is refused by then.</summary>
    [Alias("approve")] Task<AdjustmentReply> Approve(string adjustment, ActingOperator by);

    /// <summary>Takes back what waits; any operator may.</summary>
    [Alias("withdraw")] Task<AdjustmentReply> Withdraw(string adjustment, ActingOperator by);

    /// <summary>Gives billing-plan or voucher credit that one operator wants; above the limit it is refused as <see cref="PostingResult.NeedsApproval"/>.</summary>
    [Alias("grant")] Task<PostingReply> Grant(GrantCredit command);

    /// <summary>Charges a product because one operator wants it; above the limit it is refused as <see cref="PostingResult.NeedsApproval"/>.</summary>
    [Alias("charge")] Task<PostingReply> Charge(ChargeProduct command);

    /// <summary>What waits, oldest first.</summary>
    [Alias("waiting")] Task<WaitingAdjustment[]> Waiting();
}
