using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;

namespace OrleansBilling.Grains.Balances;

public sealed partial class BalanceGrain
{
    public Task<PostingReply> Adjust(AdjustBalance command, string by)
    {
        var (adjustment, description) = Read(command, by);
        return Submit(step => step.Adjust(command.Operation, adjustment, description).ToReply(), command.Operation);
    }

    /// <summary>The very step that would be written, on a draft that is thrown away.</summary>
    public async Task<AdjustmentPreview> PreviewAdjustment(AdjustBalance command)
    {
        var (adjustment, description) = Read(command, "preview");
        var step = await Draft(command.Operation);
        var advanced = step.Decide().Events.Length;
        var outcome = step.Adjust(command.Operation, adjustment, description);
        var (next, events, _) = step.Decide();
        var follows = events.Skip(advanced).ToList();
        return new AdjustmentPreview(
            outcome.Result, outcome.EntryNumber, [.. follows.OfType<EntryPosted>().Select(posted => posted.Entry.ToView())], next.Total, step.Live, next.Standing.Level,
            next.HasVms && !next.Standing.DeletionHeld ? next.Standing.DeletionDue : null, [.. follows.OfType<OrderIssued>().Select(issued => issued.Order.ToView())]);
    }

    /// <summary>A step with all done that is due, which nobody writes.</summary>
    private async Task<BalanceStep> Draft(string operation)
    {
        var rules = await Current();
        var known = await store.FindOperations(Id, [operation]);
        var step = BalanceStep.Begin(stored.Balance, rules, clock.Now(), known);
        step.Advance();
        return step;
    }

    private static (Adjustment, string) Read(AdjustBalance command, string by)
    {
        if (string.IsNullOrWhiteSpace(command.Reason)) throw new ArgumentException("An adjustment has a reason.", nameof(command));
        var scope = Scope.Of(command.Products.Select(ProductCode.Parse));
        return (new Adjustment(command.Currency, command.Change, command.Target, command.Lot, scope, command.Expires?.ToMilliseconds()).Checked(), $"{command.Reason} ({by})");
    }
}
