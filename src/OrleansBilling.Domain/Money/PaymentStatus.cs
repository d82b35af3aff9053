namespace OrleansBilling.Domain.Money;

/// <summary>What is told of a payment. The first four are how far it came before any money did.</summary>
public enum PaymentStatus
{
    /// <summary>The payer has a page.</summary>
    Created = 1,

    /// <summary>The gateway waits for the money.</summary>
    Pending = 2,

    /// <summary>The page closed unused. A late success is still credited.</summary>
    Expired = 3,

    /// <summary>It came to nothing. A late success is still credited.</summary>
    Failed = 4,

    /// <summary>Credited.</summary>
    Paid = 5,

    /// <summary>Credited, and some or all of it was taken back.</summary>
    Refunded = 6,

    /// <summary>Credited, and disputed: what the gateway withdrew is taken back until it is decided.</summary>
    Disputed = 7,

    /// <summary>Disputed, and ours.</summary>
    DisputeWon = 8,

    /// <summary>Disputed, and taken back.</summary>
    DisputeLost = 9,

    /// <summary>The gateway has the money, and the balance refuses it, e.g. because it got another currency meanwhile (policy 1.4). An operator decides.</summary>
    Stuck = 10,

    /// <summary>Was stuck, and an operator has dealt with it outside the ledger.</summary>
    Settled = 11,
}
