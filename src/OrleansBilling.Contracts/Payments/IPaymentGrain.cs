namespace OrleansBilling.Contracts.Payments;

/// <summary>
/// One payment; its key is the payment's id. Its balance is credited once for each receipt of the gateway, and never without the gateway's word
/// (M9). A call that fails or times out has an unknown outcome: repeat it.
/// </summary>
[Alias("payment")]
public interface IPaymentGrain : IGrainWithStringKey
{
    /// <summary>Begins the payment; the same command again is the same payment.</summary>
    [Alias("start")] Task<PaymentReply> Start(StartPayment command);

    /// <summary>The payment; null when this balance has none of that id.</summary>
    [Alias("find")] Task<PaymentView?> Find(BalanceId balance);

    /// <summary>What of the payment is stuck; null when nothing is.</summary>
    [Alias("find-stuck")] Task<StuckPaymentView?> FindStuck();

    /// <summary>Ends what is stuck of the payment, by an operator's word.</summary>
    [Alias("settle")] Task<SettlementReply> Settle(SettlePayment command);
}
