using Microsoft.Extensions.Logging;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Payments;

/// <summary>
/// What becomes of money that the ledger lacks. What the balance refuses is told once, waits for an operator, and is tried again rarely; what
/// could not be posted is tried again each minute. Both are listed, so that somebody sees how many there are and since when.
/// </summary>
public sealed partial class PaymentGrain
{
    private IStuckPayments StuckOnes => GrainFactory.GetGrain<IStuckPayments>(Stored.Region);

    public async Task<StuckPaymentView?> FindStuck()
    {
        await state.ReadStateAsync();
        return state.RecordExists && Stored.Refused is { } reason
            ? new StuckPaymentView(Stored.Tenant, View(), Stored.Owed(), (PostingResult)reason, DateTimeOffset.FromUnixTimeMilliseconds(Stored.RefusedAtMilliseconds))
            : null;
    }

    public async Task<SettlementReply> Settle(SettlePayment command)
    {
        if (!state.RecordExists || Stored.Region != command.Region) return new SettlementReply(SettlementResult.UnknownPayment);
        if (Stored.Refused is not null)
        {
            await StoreAndLeave(Stored.Settle(command.By, command.Reason));
            Settled(Stored.Balance(), Id, command.By, command.Reason);
        }
        else if ((Stored.SettledBy, Stored.SettledReason) != (command.By, command.Reason)) return new SettlementReply(SettlementResult.NotStuck);
        return new SettlementReply(SettlementResult.Settled, View());
    }

    /// <summary>The balance refuses what comes first of what is owed. Whoever must look finds it among the stuck ones, and hears of it once.</summary>
    private async Task GetStuck(StoredPosting owed, PostingResult result)
    {
        if (Stored.Refused == (int)result) return;
        await StuckOnes.Add(Id);
        NotPosted(Stored.Balance(), owed.Operation, new Amount(owed.AmountMicros), result, Id);
        await StoreAndLeave(Stored with { Refused = (int)result, RefusedAtMilliseconds = clock.Now().ToUnixTimeMilliseconds(), Listed = true });
    }

    Task<DateTimeOffset?> IPaymentNotifications.UnclearedSince() => Task.FromResult(state.RecordExists ? Stored.UnclearedSince() : null);

    /// <summary>What should have been posted before this reminder came is listed until it is. And whoever died before it was taken off the list is now.</summary>
    private async Task ListOrLeave()
    {
        if (Stored.UnclearedSince() is null)
        {
            if (Stored.Listed) await StoreAndLeave(Stored);
        }
        else if (!Stored.Listed)
        {
            await StuckOnes.Add(Id);
            await Store(Stored with { Listed = true });
        }
    }

    /// <summary>Stores it, and leaves the list when nothing is owed any more.</summary>
    private async Task StoreAndLeave(StoredPayment next)
    {
        var wasListed = next.Listed || Stored.Refused is not null; // an older version does not say that it is
        await Store(next.Netted());
        if (!wasListed || Stored.UnclearedSince() is not null) return;
        await StuckOnes.Remove(Id);
        await Store(Stored with { Listed = false });
    }

    [LoggerMessage(3, LogLevel.Error, "Balance {Balance} refuses {Operation} of {Amount}: {Result}. Payment {Payment} is stuck until the money went back at the gateway, or an operator has settled it.")]
    private partial void NotPosted(BalanceId balance, string operation, Amount amount, PostingResult result, string payment);

    [LoggerMessage(4, LogLevel.Warning, "What was stuck of {Balance}, payment {Payment}, was settled outside the ledger by {By}: {Reason}")]
    private partial void Settled(BalanceId balance, string payment, string by, string reason);
}
