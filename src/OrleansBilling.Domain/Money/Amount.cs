using System.Globalization;

namespace OrleansBilling.Domain.Money;

/// <summary>
/// An amount of money as a whole number of micro-units: 0.000001 of the currency unit (policy 3.6). Signed. The currency is the
/// balance's (policy 1.4) and is not repeated in each amount. The default value is zero; arithmetic that leaves the range of
/// ±9,223,372,036,854 units throws <see cref="OverflowException"/>.
/// </summary>
/// <param name="Micros">The number of micro-units.</param>
public readonly record struct Amount(long Micros) : IComparable<Amount>
{
    /// <summary>Micro-units in one currency unit.</summary>
    public const long MicrosPerUnit = 1_000_000;

    /// <summary>No money.</summary>
    public static readonly Amount Zero;

    /// <summary>Reads a decimal such as <c>2.54</c> or <c>-0.000022</c>: at most 13 digits before the point and 6 after it.</summary>
    /// <exception cref="FormatException">The text is not such a decimal. Nothing is ever rounded.</exception>
    public static Amount Parse(string text) =>
        TryParse(text, out var amount) ? amount : throw new FormatException($"'{text}' is not an amount: expected a decimal with at most 6 digits after the point.");

    /// <summary>As <see cref="Parse"/>, without an exception.</summary>
    public static bool TryParse(string? text, out Amount amount)
    {
        amount = Zero;
        // decimal holds 28 digits exactly, so nothing is rounded between the text and the comparison below.
        if (text is null || text.Length > 24 || !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var units))
            return false;
        if (decimal.Abs(units) > (decimal)long.MaxValue / MicrosPerUnit + 1) return false; // so that the product below is one
        var micros = units * MicrosPerUnit;
        if (micros != decimal.Truncate(micros) || micros is > long.MaxValue or < long.MinValue)
            return false;
        amount = new Amount((long)micros);
        return true;
    }

    /// <summary>The smaller of two amounts.</summary>
    public static Amount Min(Amount left, Amount right) => left < right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Amount other) => Micros.CompareTo(other.Micros);

    /// <summary>The amount with exactly 6 digits after the point, e.g. <c>-0.000022</c>.</summary>
    public override string ToString() => ((decimal)Micros / MicrosPerUnit).ToString("0.000000", CultureInfo.InvariantCulture);

    /// <summary>Sum; throws on overflow.</summary>
    public static Amount operator +(Amount left, Amount right) => new(checked(left.Micros + right.Micros));

    /// <summary>Difference; throws on overflow.</summary>
    public static Amount operator -(Amount left, Amount right) => new(checked(left.Micros - right.Micros));

    /// <summary>The same amount with the other sign.</summary>
    public static Amount operator -(Amount amount) => new(checked(-amount.Micros));

    /// <summary>Less than.</summary>
    public static bool operator <(Amount left, Amount right) => left.Micros < right.Micros;

    /// <summary>Greater than.</summary>
    public static bool operator >(Amount left, Amount right) => left.Micros > right.Micros;

    /// <summary>At most.</summary>
    public static bool operator <=(Amount left, Amount right) => left.Micros <= right.Micros;

    /// <summary>At least.</summary>
    public static bool operator >=(Amount left, Amount right) => left.Micros >= right.Micros;
}
