using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Metering;

/// <summary>Why an exchange rate is doubted: somebody must look at it before it may hold.</summary>
public enum RateDoubt
{
    /// <summary>It differs too much from the one before it.</summary>
    Jump = 1,

    /// <summary>The one before it is too old: days are missing between the two.</summary>
    Gap = 2,

    /// <summary>It is the first of its currency: there is none to compare it with.</summary>
    First = 3,
}

/// <summary>What an exchange rate may look like beside the one before it.</summary>
/// <param name="MostPercent">By how many percent of the one before it may differ; at least 1. Default 5.</param>
/// <param name="LongestGap">How long after the one before it may begin; positive. Default 4 days, so that no weekend is a gap.</param>
public sealed record RateCheck(int MostPercent, TimeSpan LongestGap)
{
    /// <summary>Why the rate is doubted; null when it is not. The first of a currency always is.</summary>
    public RateDoubt? Of(RateVersion? before, ExchangeRate rate, DateTimeOffset from)
    {
        if (before is null) return RateDoubt.First;
        if (from - before.From > LongestGap) return RateDoubt.Gap;
        return Int128.Abs((Int128)rate.Picos - before.Rate.Picos) * 100 > (Int128)before.Rate.Picos * MostPercent ? RateDoubt.Jump : null;
    }
}
