using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Credits;

/// <summary>
/// What each voucher of a campaign is worth. When it may be redeemed and how long its credit then lives are two things.
/// </summary>
/// <param name="Currency">Must be the balance's (policy 1.4).</param>
/// <param name="Amount">Above zero.</param>
/// <param name="Scope">What the credit pays for (policy 2.3, 2.5).</param>
/// <param name="From">The first instant at which it may be redeemed.</param>
/// <param name="Until">The first instant at which it may not any more; after <paramref name="From"/>.</param>
/// <param name="Life">How long the credit pays, from its redemption: at least a minute, at most ten years.</param>
public sealed record VoucherTerms(Currency Currency, Amount Amount, Scope Scope, DateTimeOffset From, DateTimeOffset Until, TimeSpan Life)
{
    /// <summary>The shortest life of a credit.</summary>
    public static readonly TimeSpan ShortestLife = TimeSpan.FromMinutes(1);

    /// <summary>The longest life of a credit.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(3653);

    /// <summary>Whether it may be redeemed at an instant.</summary>
    public bool IsOpenAt(DateTimeOffset at) => From <= at && at < Until;

    /// <summary>The terms themselves, when they make sense.</summary>
    /// <exception cref="ArgumentException">Names the one that does not.</exception>
    public VoucherTerms Checked()
    {
        if (Amount <= Amount.Zero) throw new ArgumentException($"The amount is {Amount}: must be above zero.");
        if (From >= Until) throw new ArgumentException($"Redeemed from {From:O} until {Until:O}: must begin before it ends.");
        if (Life < ShortestLife || Life > LongestLife) throw new ArgumentException($"The credit lives for {Life}: from one minute to ten years.");
        return this;
    }
}
