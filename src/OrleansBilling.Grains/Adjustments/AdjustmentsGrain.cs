using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Plans;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;
using OrleansBilling.Grains.Balances;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Grains.Adjustments;

/// <summary>
/// Promises that above the limit nothing is posted that one operator alone wanted. What waits and who approved it are stored before anything is posted, so that
/// what is cut off is finished by the same call again, in the names of those who decided.
/// </summary>
public sealed partial class AdjustmentsGrain(
    [PersistentState("adjustments", StorageNames.State)] IPersistentState<StoredAdjustments> state,
    RegionRules regionRules,
    IOptions<BillingOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
    ILogger<AdjustmentsGrain> logger) : Grain, IAdjustmentsGrain
{
    private const int MostWaiting = 100;
    private const int DecisionsKept = 200;

    private StoredAdjustments Stored => state.State;

    private IBalanceGrain Balance => GrainFactory.GetGrain<IBalanceGrain>(this.GetPrimaryKeyString());

    public async Task<AdjustmentPreview> Preview(AdjustBalance command) =>
        await Balance.PreviewAdjustment(command) with { NeedsApproval = options.Value.NeedsApproval(command.Currency, command.Change.Micros) };

    public Task<AdjustmentReply> Ask(AdjustBalance command, ActingOperator by) => Ask(StoredAdjustment.Of(command, by.Name, clock.Now()), by);

    public Task<AdjustmentReply> MakePlan(MakePlan command, ActingOperator by) => Ask(StoredAdjustment.Of(command, by.Name, clock.Now()), by);

    private async Task<AdjustmentReply> Ask(StoredAdjustment wanted, ActingOperator by)
    {
        if (Find(wanted.Operation) is { } asked) return new AdjustmentReply(asked.IsAsked(wanted) ? AdjustmentResult.AwaitingApproval : AdjustmentResult.OperationReused);
        if (Decision(wanted.Operation)?.ToReply() is { Result: AdjustmentResult.Withdrawn } withdrawn) return withdrawn;
        if (!options.Value.NeedsApproval(wanted.InCurrency, wanted.ToPlan(by.Name) is { } plan ? await WorthOf(plan.ToTerms().Checked(), plan.Renews, plan.Currency) : wanted.ChangeMicros)) return await Post(wanted, by.Name);
        // Nobody is to approve what cannot be; and what was approved and posted before does not wait again.
        if (await Foregone(wanted) is { } reply) return reply;
        if (!by.HasOwnKey) return new AdjustmentReply(AdjustmentResult.OwnKeyRequired);
        if (Stored.Waiting.Length >= MostWaiting) return new AdjustmentReply(AdjustmentResult.TooManyWaiting);
        await Store(Stored with { Waiting = Stored.Waiting.Add(wanted) });
        Asked(this.GetPrimaryKeyString(), wanted.Operation, new Amount(wanted.ChangeMicros), by.Name);
        return new AdjustmentReply(AdjustmentResult.AwaitingApproval);
    }

    /// <summary>To switch a renewal on is to give what it will grant; to switch it off gives nothing.</summary>
    public async Task<PlanResult> SwitchPlanRenewal(SwitchPlanRenewal command)
    {
        if (command.Renews && (await Balance.Plans()).Where(plan => plan.Id == command.Plan).MaxBy(plan => plan.Period) is { Renews: false, Status: not PlanStatus.Cancelled } plan
            && (await Balance.Read()).Currency is { } currency && options.Value.NeedsApproval(currency, await WorthOf(plan.ToTerms(), renews: true, currency))) return PlanResult.NeedsApproval;
        return await Balance.SwitchPlanRenewal(command);
    }

    public async Task<AdjustmentReply> Approve(string adjustment, ActingOperator by)
    {
        if (Decision(adjustment) is { } decided) return decided.ToReply();
        if (Find(adjustment) is not { } asked) return new AdjustmentReply(AdjustmentResult.Unknown);
        if (!by.HasOwnKey) return new AdjustmentReply(AdjustmentResult.OwnKeyRequired);
        if (string.Equals(asked.By, by.Name, StringComparison.OrdinalIgnoreCase)) return new AdjustmentReply(AdjustmentResult.SameOperator);

        // Before it is posted: whoever finishes what is cut off here, this is who approved.
        var approver = asked.ApprovedBy ?? by.Name;
        var approved = asked with { ApprovedBy = approver };
        if (asked.ApprovedBy is null) await Store(Stored with { Waiting = Stored.Waiting.Replace(asked, approved) });
        var reply = await Post(approved, $"{approved.By}, approved by {approver}");
        if (reply.Result != AdjustmentResult.Posted)
        {
            await Store(Stored with { Waiting = Stored.Waiting.Replace(approved, approved with { ApprovedBy = null }) });
            return reply;
        }
        await Store(Without(approved, new StoredDecision(adjustment, reply.Posting?.EntryNumber ?? 0, approver, MadePlan: approved.Plan is not null)));
        Decided(this.GetPrimaryKeyString(), adjustment, "approved", by.Name);
        return reply;
    }

    public async Task<AdjustmentReply> Withdraw(string adjustment, ActingOperator by)
    {
        if (Decision(adjustment)?.ToReply() is { Result: AdjustmentResult.Withdrawn } withdrawn) return withdrawn;
        // Approved and cut off: it may be in the ledger already.
        if (Find(adjustment) is not { ApprovedBy: null } asked) return new AdjustmentReply(AdjustmentResult.Unknown);
        await Store(Without(asked, new StoredDecision(adjustment, 0, by.Name)));
        Decided(this.GetPrimaryKeyString(), adjustment, "withdrawn", by.Name);
        return new AdjustmentReply(AdjustmentResult.Withdrawn);
    }

    public Task<WaitingAdjustment[]> Waiting() =>
        Task.FromResult(Stored.Waiting.Select(asked => new WaitingAdjustment(
            asked.ToCommand(), asked.By, DateTimeOffset.FromUnixTimeMilliseconds(asked.AtMilliseconds), asked.ToPlan(asked.By))).ToArray());

    public Task<PostingReply> Grant(GrantCredit command) => OfOne(command.Currency, command.Amount, balance => balance.Grant(command));

    public Task<PostingReply> Charge(ChargeProduct command) => OfOne(command.Currency, command.Amount, balance => balance.Charge(command));

    private Task<PostingReply> OfOne(Currency currency, Amount amount, Func<IBalanceGrain, Task<PostingReply>> post) =>
        options.Value.NeedsApproval(currency, amount.Micros) ? Task.FromResult(new PostingReply(PostingResult.NeedsApproval, 0)) : post(Balance);

    /// <summary>What the balance would answer to what it would not do; null: it would do it now.</summary>
    private async Task<AdjustmentReply?> Foregone(StoredAdjustment wanted)
    {
        if (wanted.ToPlan(wanted.By) is { } plan) return await Balance.PreviewPlan(plan) is { } answer ? ReplyOf(answer) : null;
        var preview = await Balance.PreviewAdjustment(wanted.ToCommand());
        return preview is { Result: PostingResult.Posted, Entries.Length: > 0 } ? null : ReplyOf(new PostingReply(preview.Result, preview.EntryNumber));
    }

    private async Task<AdjustmentReply> Post(StoredAdjustment asked, string by) =>
        asked.ToPlan(by) is { } plan ? ReplyOf(await Balance.MakePlan(plan)) : ReplyOf(await Balance.Adjust(asked.ToCommand(), $"by {by}"));

    private async Task<Int128> WorthOf(PlanTerms terms, bool renews, Currency currency) =>
        PlanWorth.Of(terms, renews, currency, (await regionRules.Of(BalanceId.Parse(this.GetPrimaryKeyString()).Region)).Prices);

    private StoredAdjustment? Find(string adjustment) => Stored.Waiting.FirstOrDefault(asked => asked.Operation == adjustment);

    private StoredDecision? Decision(string adjustment) => Stored.Decided.LastOrDefault(decided => decided.Operation == adjustment);

    private StoredAdjustments Without(StoredAdjustment asked, StoredDecision decision) =>
        Stored with { Waiting = Stored.Waiting.Remove(asked), Decided = [.. Stored.Decided.TakeLast(DecisionsKept - 1), decision] };

    private static AdjustmentReply ReplyOf(PostingReply reply) => new(reply.Result switch
    {
        PostingResult.Posted => AdjustmentResult.Posted,
        PostingResult.OperationReused => AdjustmentResult.OperationReused,
        _ => AdjustmentResult.Refused,
    }, reply);

    private static AdjustmentReply ReplyOf(PlanResult result) => new(result switch
    {
        PlanResult.Done => AdjustmentResult.Posted,
        PlanResult.OperationReused => AdjustmentResult.OperationReused,
        _ => AdjustmentResult.Refused,
    }, Plan: result);

    /// <summary>The only place that writes.</summary>
    private Task Store(StoredAdjustments next) => state.Replace(next, otherwise: DeactivateOnIdle);

    [LoggerMessage(1, LogLevel.Warning, "Balance {Balance}: adjustment {Adjustment} of {Change}, asked for by {By}, waits for a second operator.")]
    private partial void Asked(string balance, string adjustment, Amount change, string by);

    [LoggerMessage(2, LogLevel.Warning, "Balance {Balance}: adjustment {Adjustment} is {What} by {By}.")]
    private partial void Decided(string balance, string adjustment, string what, string by);
}
