namespace OrleansBilling.FakeGateways;

/// <summary>What happens to a payment, by its payer, by the merchant in the gateway's console, or by a bank.</summary>
public enum FakeAct
{
    /// <summary>The payer pays.</summary>
    Pay,

    /// <summary>The payer pays by a way that takes days; <see cref="Pay"/> or <see cref="Fail"/> decides.</summary>
    PayLater,

    /// <summary>It fails for good.</summary>
    Fail,

    /// <summary>The payer leaves the page.</summary>
    Leave,

    /// <summary>The page closes.</summary>
    Expire,

    /// <summary>Money goes back.</summary>
    Refund,

    /// <summary>The bank takes all of it back.</summary>
    Reverse,

    /// <summary>The payer disputes it.</summary>
    Dispute,

    /// <summary>The disputed money is taken.</summary>
    Withdraw,

    /// <summary>The disputed money is given back.</summary>
    Reinstate,

    /// <summary>The dispute is decided for the merchant.</summary>
    Win,

    /// <summary>The dispute is decided for the payer.</summary>
    Lose,
}

/// <summary>A payment as a fake gateway remembers it.</summary>
/// <param name="Gateway">Its gateway's name.</param>
/// <param name="Id">The gateway's name for it.</param>
/// <param name="Payment">The merchant's name for it.</param>
/// <param name="Currency">ISO code in capitals.</param>
/// <param name="Amount">In units of the currency.</param>
/// <param name="ReturnTo">Where the browser goes afterwards.</param>
public sealed record FakePayment(string Gateway, string Id, string Payment, string Currency, decimal Amount, Uri ReturnTo)
{
    /// <summary>The gateway's name for the receipt, its refunds and its dispute.</summary>
    public string Reference { get; } = $"{Random.Shared.NextInt64(10_000_000, 99_999_999)}";

    /// <summary>Where it stands: open, approved, pending, paid, failed, expired.</summary>
    public string Status { get; set; } = "open";

    /// <summary>What went back, each time.</summary>
    public List<decimal> Refunds { get; } = [];

    /// <summary>Where a dispute stands, in Stripe's words; null without one.</summary>
    public string? Dispute { get; set; }

    /// <summary>Whether the disputed money is gone, or was.</summary>
    public bool Withdrawn { get; set; }
}
