using OrleansBilling.Domain.Money;

namespace OrleansBilling.Payments;

/// <summary>
/// What a gateway says of one payment, verified, in words that are the same for all gateways. Events may come twice, late and in any order: each
/// carries its own identity or is a total, so that <see cref="PaymentState.Apply"/> comes out the same.
/// </summary>
public abstract record PaymentEvent;

/// <summary>The payer agreed, and the gateway waits for us to take the money: <see cref="IPaymentGateway.Ask"/> does.</summary>
public sealed record PayerApproved : PaymentEvent;

/// <summary>The gateway waits for the money, e.g. for a transfer by bank.</summary>
/// <param name="Claimed">The amount in the payment's currency that the gateway names, where it names one.</param>
public sealed record PaymentPending(Amount? Claimed = null) : PaymentEvent;

/// <summary>The gateway has the money.</summary>
/// <param name="Reference">Its own name for the receipt, credited at most once.</param>
/// <param name="Currency">As the gateway says.</param>
/// <param name="Amount">As the gateway says.</param>
public sealed record PaymentPaid(string Reference, Currency Currency, Amount Amount) : PaymentEvent;

/// <summary>The payment came to nothing.</summary>
/// <param name="Reason">The gateway's own code, for people.</param>
/// <param name="Claimed">The amount in the payment's currency that the gateway names, where it names one.</param>
public sealed record PaymentFailed(string Reason, Amount? Claimed = null) : PaymentEvent;

/// <summary>The page closed unused.</summary>
public sealed record PaymentExpired : PaymentEvent;

/// <summary>Money went back to the payer: refunded by us, or reversed.</summary>
/// <param name="Refund">The gateway's own name for it, unique within the payment.</param>
/// <param name="Currency">As the gateway says.</param>
/// <param name="Total">How much went back under that name so far.</param>
public sealed record PaymentRefunded(string Refund, Currency Currency, Amount Total) : PaymentEvent;

/// <summary>The payer disputes the payment at the bank.</summary>
/// <param name="Dispute">The gateway's own name for the dispute.</param>
/// <param name="Currency">As the gateway says.</param>
/// <param name="Amount">What is disputed.</param>
/// <param name="Step">What happened.</param>
public sealed record PaymentDisputed(string Dispute, Currency Currency, Amount Amount, DisputeSteps Step) : PaymentEvent;

/// <summary>What has happened in a dispute. Steps only add up, in any order.</summary>
[Flags]
public enum DisputeSteps
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It was opened. The money may still be ours.</summary>
    Opened = 1,

    /// <summary>The gateway took the money.</summary>
    Withdrawn = 2,

    /// <summary>The gateway gave it back.</summary>
    Reinstated = 4,

    /// <summary>Closed in our favour.</summary>
    Won = 8,

    /// <summary>Closed in the payer's favour.</summary>
    Lost = 16,
}
