namespace OrleansBilling.Grains.Pricing;

/// <summary>A region's settings, as far as the cluster needs them (policy 1.2). Section <c>Regions:CODE</c>.</summary>
public sealed class RegionOptions
{
    /// <summary>The currency of its price list. Default USD.</summary>
    public string Currency { get; set; } = "USD";

    /// <summary>Its IANA time zone, in which notices say instants. Default UTC.</summary>
    public string TimeZone { get; set; } = "Etc/UTC";

    /// <summary>The language of its notices unless a tenant chooses another: <c>en</c>, <c>vi</c> or <c>ja</c>. Default English.</summary>
    public string Language { get; set; } = "en";

    /// <summary>What is sold there, by package code.</summary>
    public Dictionary<string, PackageOptions> Packages { get; } = [];
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
