using OrleansBilling.Domain.Credits;

namespace OrleansBilling.Grains.Vouchers;

/// <summary>The settings of vouchers. Section <c>Vouchers</c>.</summary>
public sealed class VoucherOptions
{
    private const int ShortestKey = 32;

    /// <summary>
    /// The secret with which codes are made unrecognisable, the same on every silo: at least 32 characters. Empty: there are no vouchers. Without it
    /// codes that are out can no longer be redeemed.
    /// </summary>
    public string Key { get; set; } = "";

    /// <summary>So many wrong codes within <see cref="GuessWindow"/> lock a tenant. Default 10; from 1 to 1000.</summary>
    public int Guesses { get; set; } = 10;

    /// <summary>How long a wrong code counts, in business time. Default 1 hour; from 1 minute to 30 days.</summary>
    public TimeSpan GuessWindow { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a tenant is locked, in business time. Default 24 hours; from 1 minute to 365 days.</summary>
    public TimeSpan LockedFor { get; set; } = TimeSpan.FromHours(24);

    internal GuessLimit Limit => new(Guesses, GuessWindow, LockedFor);

    internal void Check()
    {
        // The key itself is not told.
        if (Key.Length is > 0 and < ShortestKey) throw new ArgumentException($"Vouchers:Key has {Key.Length} characters: at least {ShortestKey}.");
        if (Guesses is < 1 or > 1000) throw new ArgumentException($"Vouchers:Guesses is {Guesses}: from 1 to 1000.");
        if (GuessWindow < TimeSpan.FromMinutes(1) || GuessWindow > TimeSpan.FromDays(30)) throw new ArgumentException($"Vouchers:GuessWindow is {GuessWindow}: from one minute to 30 days.");
        if (LockedFor < TimeSpan.FromMinutes(1) || LockedFor > TimeSpan.FromDays(365)) throw new ArgumentException($"Vouchers:LockedFor is {LockedFor}: from one minute to 365 days.");
    }
}
