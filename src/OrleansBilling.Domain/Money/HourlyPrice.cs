namespace OrleansBilling.Domain.Money;

/// <summary>
/// The price of one hour in micro-units, never negative. A price per second is never formed on its own, because it would have to be
/// rounded: costs are kept as micro-units × seconds ÷ 3600 and cut once (policy 3.6).
/// </summary>
/// <param name="MicrosPerHour">Micro-units an hour, at least 0.</param>
public readonly record struct HourlyPrice(long MicrosPerHour)
{
    /// <summary>Reads a decimal such as <c>2.54</c> (an hour).</summary>
    /// <exception cref="FormatException">Not a decimal with at most 6 digits after the point, or negative.</exception>
    public static HourlyPrice Parse(string text) =>
        Amount.Parse(text) is { Micros: >= 0 } amount ? new(amount.Micros) : throw new FormatException($"'{text}' is not a price: it is negative.");

    /// <summary>What this many hours cost, exactly.</summary>
    public Amount For(int hours) => new(checked(MicrosPerHour * hours));

    /// <summary>The price with 6 digits after the point.</summary>
    public override string ToString() => new Amount(MicrosPerHour).ToString();
}
