using Microsoft.Extensions.Logging;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Payments;

/// <summary>What becomes of money that the balance refuses: it is told once, waits for an operator, and is tried again rarely.</summary>
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
            await Store(Stored.Settle(command.By, command.Reason));
            await StuckOnes.Remove(Id);
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
        await StoreAndLeave(Stored with { Refused = (int)result, RefusedAtMilliseconds = clock.Now().ToUnixTimeMilliseconds() });
    }

    /// <summary>Stores it, and is no longer among the stuck ones when it has got out.</summary>
    private async Task StoreAndLeave(StoredPayment next)
    {
        var wasStuck = Stored.Refused is not null || next.Refused is not null;
        await Store(next.Netted());
        if (wasStuck && Stored.Refused is null) await StuckOnes.Remove(Id);
    }

    [LoggerMessage(3, LogLevel.Error, "Balance {Balance} refuses {Operation} of {Amount}: {Result}. Payment {Payment} is stuck until the money went back at the gateway, or an operator has settled it.")]
    private partial void NotPosted(BalanceId balance, string operation, Amount amount, PostingResult result, string payment);

    [LoggerMessage(4, LogLevel.Warning, "What was stuck of {Balance}, payment {Payment}, was settled outside the ledger by {By}: {Reason}")]
    private partial void Settled(BalanceId balance, string payment, string by, string reason);
}
