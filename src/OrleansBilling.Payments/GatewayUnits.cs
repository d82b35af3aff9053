using System.Globalization;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Payments;

/// <summary>Between our micro-units and what gateways count in. Exact, or null: nothing is ever rounded.</summary>
internal static class GatewayUnits
{
    /// <summary>Digits after the point that a currency is paid in: cents; the đồng and the yen have none.</summary>
    public static int Decimals(Currency currency) => currency == Currency.Usd ? 2 : 0;

    /// <summary>An amount as a number of a currency's smallest units.</summary>
    public static long? Smallest(Currency currency, Amount amount) =>
        amount.Micros % MicrosOfSmallest(currency) == 0 ? amount.Micros / MicrosOfSmallest(currency) : null;

    /// <summary>A number of a currency's smallest units as an amount; null beyond the range of amounts.</summary>
    public static Amount? FromSmallest(Currency currency, long count) =>
        Math.Abs((decimal)count) <= long.MaxValue / MicrosOfSmallest(currency) ? new Amount(count * MicrosOfSmallest(currency)) : null;

    /// <summary>An amount as a decimal with exactly the currency's digits, e.g. <c>25.00</c>.</summary>
    public static string? Decimal(Currency currency, Amount amount) =>
        Smallest(currency, amount) is null ? null : ((decimal)amount.Micros / Amount.MicrosPerUnit).ToString($"F{Decimals(currency)}", CultureInfo.InvariantCulture);

    private static long MicrosOfSmallest(Currency currency) => currency == Currency.Usd ? Amount.MicrosPerUnit / 100 : Amount.MicrosPerUnit;
}
