using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Pricing;

/// <summary>A region's settings, as far as the cluster needs them (policy 1.2). Section <c>Regions:CODE</c>.</summary>
public sealed class RegionOptions
{
    /// <summary>The currency of its price list. Default USD.</summary>
    public string Currency { get; set; } = "USD";

    /// <summary>Its IANA time zone, in which notices say instants, and a day begins and ends for exchange rates. Default UTC.</summary>
    public string TimeZone { get; set; } = "Etc/UTC";

    /// <summary>The language of its notices unless a tenant chooses another: <c>en</c>, <c>vi</c> or <c>ja</c>. Default English.</summary>
    public string Language { get; set; } = "en";

    /// <summary>Where exchange rates come from, and which are doubted.</summary>
    public RateOptions Rates { get; } = new();

    /// <summary>What is sold there, by package code.</summary>
    public Dictionary<string, PackageOptions> Packages { get; } = [];
}

/// <summary>A region's exchange rates (policy 3.7). Section <c>Regions:CODE:Rates</c>.</summary>
public sealed class RateOptions
{
    /// <summary>By how many percent a rate may differ from the one before it, unless somebody has confirmed it. Default 5; from 1 to 1000.</summary>
    public int MostPercent { get; set; } = 5;

    /// <summary>How long after the one before it a rate may begin, unless somebody has confirmed it. Default 4 days; from one day on.</summary>
    public TimeSpan LongestGap { get; set; } = TimeSpan.FromDays(4);

    /// <summary>
    /// The first rate of each currency, by its code: what one unit of the list currency is worth from the day on which a silo first reads it. Later rates are entered or fetched, and a currency that
    /// has one keeps it. Default none: before its first rate a currency is neither offered nor chosen (policy 1.4). Empty: none either.
    /// </summary>
    public Dictionary<string, string> First { get; } = [];

    /// <summary>
    /// An HTTP address that answers a list of rates as CSV, of which the first line names the columns. Default empty: only operators enter rates.
    /// </summary>
    public string Source { get; set; } = "";

    /// <summary>The column with the day, as 2026-03-02. Default <c>date</c>.</summary>
    public string DateColumn { get; set; } = "date";

    /// <summary>The column with the ISO 4217 code; rows of other currencies are passed over. Default <c>currency</c>.</summary>
    public string CurrencyColumn { get; set; } = "currency";

    /// <summary>The column with what one unit of the list currency is worth. Default <c>rate</c>.</summary>
    public string RateColumn { get; set; } = "rate";

    /// <summary>What stands between two columns: one character. Default a comma.</summary>
    public string Separator { get; set; } = ",";

    /// <summary>
    /// How many days after the day of a row its rate holds: what is published in the course of a day can be known ahead of the next one only. Default 1; from 0 to 7.
    /// </summary>
    public int DaysLater { get; set; } = 1;

    internal void Check(string region)
    {
        if (MostPercent is < 1 or > 1000) throw new ArgumentException($"Regions:{region}:Rates:MostPercent is {MostPercent}: from 1 to 1000.");
        if (LongestGap < TimeSpan.FromDays(1)) throw new ArgumentException($"Regions:{region}:Rates:LongestGap is {LongestGap}: at least one day.");
        if (DaysLater is < 0 or > 7) throw new ArgumentException($"Regions:{region}:Rates:DaysLater is {DaysLater}: from 0 to 7.");
        if (Separator.Length != 1) throw new ArgumentException($"Regions:{region}:Rates:Separator is '{Separator}': one character.");
        foreach (var (currency, rate) in First)
            if (CurrencyCode.Find(currency) is null || !(rate.Length == 0 || ExchangeRate.TryParse(rate, out _)))
                throw new ArgumentException($"Regions:{region}:Rates:First:{currency} is '{rate}': expected an exchange rate above zero into USD, VND or JPY.");
        if (Source.Length > 0 && !(Uri.TryCreate(Source, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)))
            throw new ArgumentException($"Regions:{region}:Rates:Source is no HTTP address.");
    }
}

/// <summary>A package as it is first offered; later prices are entered by operators (policy 3.7).</summary>
public sealed class PackageOptions
{
    /// <summary>What is in it, for people.</summary>
    public string Description { get; set; } = "";

    /// <summary>The first price of an hour: a decimal of the list currency, taxes included.</summary>
    public string PricePerHour { get; set; } = "";

    /// <summary>From when that price holds. Default 2026-01-01.</summary>
    public DateTimeOffset From { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Empty for a published price; otherwise why it is only assumed.</summary>
    public string Assumption { get; set; } = "";
}
