using System.Globalization;

namespace OrleansBilling.Domain.Money;

/// <summary>
/// What one unit of the list currency is worth in the balance's, as a whole number of 0.000000000001 units (policy 3.7): fine enough for
/// either direction between đồng and dollar, and so small that a price times a rate is exact. Above zero; the default value is no rate.
/// </summary>
/// <param name="Picos">Units of the balance's currency for one of the list currency, times 1,000,000,000,000; at most 9,223,372 units.</param>
public readonly record struct ExchangeRate(long Picos)
{
    /// <summary>The parts of one unit in which rates are counted.</summary>
    public const long PicosPerUnit = 1_000_000_000_000;

    /// <summary>Whether it is one: the default value is none.</summary>
    public bool IsRate => Picos != 0;

    /// <summary>Reads a decimal such as <c>25400.5</c>: above zero, at most 7 digits before the point and 12 after it.</summary>
    /// <exception cref="FormatException">The text is not such a decimal. Nothing is ever rounded.</exception>
    public static ExchangeRate Parse(string text) =>
        TryParse(text, out var rate) ? rate : throw new FormatException($"'{text}' is not an exchange rate: expected a decimal above zero with at most 12 digits after the point.");

    /// <summary>As <see cref="Parse"/>, without an exception.</summary>
    public static bool TryParse(string? text, out ExchangeRate rate)
    {
        rate = default;
        // decimal holds 28 digits exactly, so nothing is rounded between the text and the comparison below.
        if (text is null || text.Length > 24 || !decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var units)) return false;
        if (units <= 0 || units > long.MaxValue / PicosPerUnit) return false;
        var picos = units * PicosPerUnit;
        if (picos != decimal.Truncate(picos)) return false;
        rate = new ExchangeRate((long)picos);
        return true;
    }

    /// <summary>The rate with as many digits after the point as it has, e.g. <c>25400.5</c>.</summary>
    public override string ToString() => ((decimal)Picos / PicosPerUnit).ToString("0.############", CultureInfo.InvariantCulture);
}
