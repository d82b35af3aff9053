namespace OrleansBilling.Domain.Credits;

/// <summary>The kinds of credit in the order in which they are used (policy 2.2–2.4).</summary>
public enum CreditKind
{
    /// <summary>Tied to a plan; used first.</summary>
    BillingPlan = 1,

    /// <summary>Promotional; used when billing-plan credit has run out.</summary>
    Voucher = 2,

    /// <summary>Paid in; never expires, pays for every product, and alone may fall below zero (policy 2.8).</summary>
    TopUp = 3,
}
