using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Adjustments;

/// <summary>
/// Promises that above the limit nothing is posted that one operator alone wanted. What waits and who approved it are stored before anything is posted, so that
/// what is cut off is finished by the same call again, in the names of those who decided.
/// </summary>
public sealed partial class AdjustmentsGrain(
    [PersistentState("adjustments", StorageNames.State)] IPersistentState<StoredAdjustments> state,
    IOptions<BillingOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
    ILogger<AdjustmentsGrain> logger) : Grain, IAdjustmentsGrain
{
    private const int MostWaiting = 100;
    private const int DecisionsKept = 200;

    private StoredAdjustments Stored => state.State;

    private IBalanceGrain Balance => GrainFactory.GetGrain<IBalanceGrain>(this.GetPrimaryKeyString());

    public async Task<AdjustmentPreview> Preview(AdjustBalance command) => await Balance.PreviewAdjustment(command) with { NeedsApproval = NeedsApproval(command) };

    public async Task<AdjustmentReply> Ask(AdjustBalance command, ActingOperator by)
    {
        if (Find(command.Operation) is { } asked) return new AdjustmentReply(asked.IsOf(command) ? AdjustmentResult.AwaitingApproval : AdjustmentResult.OperationReused);
        if (Decision(command.Operation) is { EntryNumber: 0 }) return new AdjustmentReply(AdjustmentResult.Withdrawn);
        if (!NeedsApproval(command)) return ReplyOf(await Balance.Adjust(command, $"by {by.Name}"));
        // Nobody is to approve what cannot be; and what was approved and posted before does not wait again.
        var preview = await Balance.PreviewAdjustment(command);
        if (preview is not { Result: PostingResult.Posted, Entries.Length: > 0 }) return ReplyOf(new PostingReply(preview.Result, preview.EntryNumber));
        if (!by.HasOwnKey) return new AdjustmentReply(AdjustmentResult.OwnKeyRequired);
        if (Stored.Waiting.Length >= MostWaiting) return new AdjustmentReply(AdjustmentResult.TooManyWaiting);
        await Store(Stored with { Waiting = Stored.Waiting.Add(StoredAdjustment.Of(command, by.Name, clock.Now())) });
        Asked(this.GetPrimaryKeyString(), command.Operation, command.Change, by.Name);
        return new AdjustmentReply(AdjustmentResult.AwaitingApproval);
    }

    public async Task<AdjustmentReply> Approve(string adjustment, ActingOperator by)
    {
        if (Decision(adjustment) is { } decided)
            return decided.EntryNumber == 0 ? new AdjustmentReply(AdjustmentResult.Withdrawn) : new AdjustmentReply(AdjustmentResult.Posted, new PostingReply(PostingResult.Posted, decided.EntryNumber));
        if (Find(adjustment) is not { } asked) return new AdjustmentReply(AdjustmentResult.Unknown);
        if (!by.HasOwnKey) return new AdjustmentReply(AdjustmentResult.OwnKeyRequired);
        if (string.Equals(asked.By, by.Name, StringComparison.OrdinalIgnoreCase)) return new AdjustmentReply(AdjustmentResult.SameOperator);

        // Before it is posted: whoever finishes what is cut off here, this is who approved.
        var approver = asked.ApprovedBy ?? by.Name;
        var approved = asked with { ApprovedBy = approver };
        if (asked.ApprovedBy is null) await Store(Stored with { Waiting = Stored.Waiting.Replace(asked, approved) });
        var reply = await Balance.Adjust(approved.ToCommand(), $"by {approved.By}, approved by {approver}");
        if (reply.Result != PostingResult.Posted)
        {
            await Store(Stored with { Waiting = Stored.Waiting.Replace(approved, approved with { ApprovedBy = null }) });
            return ReplyOf(reply);
        }
        await Store(Without(approved, new StoredDecision(adjustment, reply.EntryNumber, approver)));
        Decided(this.GetPrimaryKeyString(), adjustment, "approved", by.Name);
        return ReplyOf(reply);
    }

    public async Task<AdjustmentReply> Withdraw(string adjustment, ActingOperator by)
    {
        if (Decision(adjustment) is { EntryNumber: 0 }) return new AdjustmentReply(AdjustmentResult.Withdrawn);
        // Approved and cut off: it may be in the ledger already.
        if (Find(adjustment) is not { ApprovedBy: null } asked) return new AdjustmentReply(AdjustmentResult.Unknown);
        await Store(Without(asked, new StoredDecision(adjustment, 0, by.Name)));
        Decided(this.GetPrimaryKeyString(), adjustment, "withdrawn", by.Name);
        return new AdjustmentReply(AdjustmentResult.Withdrawn);
    }

    public Task<WaitingAdjustment[]> Waiting() =>
        Task.FromResult(Stored.Waiting.Select(asked => new WaitingAdjustment(asked.ToCommand(), asked.By, DateTimeOffset.FromUnixTimeMilliseconds(asked.AtMilliseconds))).ToArray());

    public Task<PostingReply> Grant(GrantCredit command) => OfOne(command.Currency, command.Amount, balance => balance.Grant(command));

    public Task<PostingReply> Charge(ChargeProduct command) => OfOne(command.Currency, command.Amount, balance => balance.Charge(command));

    private Task<PostingReply> OfOne(Currency currency, Amount amount, Func<IBalanceGrain, Task<PostingReply>> post) =>
        options.Value.NeedsApproval(currency, amount.Micros) ? Task.FromResult(new PostingReply(PostingResult.NeedsApproval, 0)) : post(Balance);

    private bool NeedsApproval(AdjustBalance command) => options.Value.NeedsApproval(command.Currency, command.Change.Micros);

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

    /// <summary>The only place that writes.</summary>
    private Task Store(StoredAdjustments next) => state.Replace(next, otherwise: DeactivateOnIdle);

    [LoggerMessage(1, LogLevel.Warning, "Balance {Balance}: adjustment {Adjustment} of {Change}, asked for by {By}, waits for a second operator.")]
    private partial void Asked(string balance, string adjustment, Amount change, string by);

    [LoggerMessage(2, LogLevel.Warning, "Balance {Balance}: adjustment {Adjustment} is {What} by {By}.")]
    private partial void Decided(string balance, string adjustment, string what, string by);
}
