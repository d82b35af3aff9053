using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Portal.Ledger;

/// <summary>What became of money in a history, as people know it.</summary>
internal enum LedgerStatus
{
    /// <summary>It is in the ledger.</summary>
    Success = 1,

    /// <summary>A payment that came to nothing here.</summary>
    Failed = 2,

    /// <summary>A payment that is not decided: by the gateway, or by an operator where the balance refuses it.</summary>
    Processed = 3,
}

/// <summary>Payments beside a ledger: those that are not in it.</summary>
internal static class LedgerStatuses
{
    /// <summary>Null for what is in the ledger.</summary>
    public static LedgerStatus? StatusOf(PaymentView payment) => payment.Status switch
    {
        PaymentStatus.Created or PaymentStatus.Pending or PaymentStatus.Stuck => LedgerStatus.Processed,
        PaymentStatus.Expired or PaymentStatus.Failed or PaymentStatus.Settled => LedgerStatus.Failed,
        _ => null,
    };

    /// <summary>Whether a payment, which would be a top-up, meets the conditions that entries are to meet.</summary>
    public static bool Meets(this PaymentView payment, LedgerQuery query, LedgerStatus wanted) =>
        StatusOf(payment) == wanted
        && query.Kind is null or EntryKind.Credit && query.Source is null or CreditKind.TopUp && query.Product is null && query.Vm is null
        && !(payment.StartedAt < query.From) && !(payment.StartedAt >= query.Until);
}
