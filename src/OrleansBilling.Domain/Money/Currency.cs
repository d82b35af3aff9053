namespace OrleansBilling.Domain.Money;

/// <summary>The currency of a balance. Fixed by its first money event; a credit in another one is refused (policy 1.4).</summary>
public enum Currency
{
    /// <summary>US dollar.</summary>
    Usd = 1,

    /// <summary>Vietnamese đồng.</summary>
    Vnd = 2,

    /// <summary>Japanese yen.</summary>
    Jpy = 3,
}

/// <summary>Currency codes as ISO 4217 writes them.</summary>
public static class CurrencyCode
{
    /// <summary><c>USD</c>, <c>VND</c> or <c>JPY</c>.</summary>
    public static string Code(this Currency currency) => currency switch
    {
        Currency.Usd => "USD",
        Currency.Vnd => "VND",
        Currency.Jpy => "JPY",
        _ => throw new ArgumentOutOfRangeException(nameof(currency), currency, "Not a currency of a balance."),
    };

    /// <summary>The currency of a code, in capitals; null when a balance cannot have it.</summary>
    public static Currency? Find(string? code) => code switch
    {
        "USD" => Currency.Usd,
        "VND" => Currency.Vnd,
        "JPY" => Currency.Jpy,
        _ => null,
    };
}
