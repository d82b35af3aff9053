using OrleansBilling.Domain.Money;

namespace OrleansBilling.Payments;

/// <summary>Which region takes which currency through which gateway, and how little is too little.</summary>
public sealed class PaymentMatrix(PaymentOptions options, IEnumerable<IPaymentGateway> gateways)
{
    private readonly Dictionary<string, IPaymentGateway> byName = gateways.ToDictionary(gateway => gateway.Name, StringComparer.Ordinal);

    /// <summary>A gateway that is set up, by its name; null when none is.</summary>
    public IPaymentGateway? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>What a region offers to its tenants: only gateways that are set up, in the order of their names.</summary>
    public IReadOnlyList<PaymentOffer> Offers(string region) =>
    [
        .. from offer in options.Regions.GetValueOrDefault(region) ?? []
           where byName.ContainsKey(offer.Key)
           orderby offer.Key
           from code in offer.Value
           let currency = CurrencyCode.Find(code)!.Value
           select new PaymentOffer(offer.Key, currency, Minimum(currency)),
    ];

    /// <summary>Why this payment cannot be made, as a sentence; null when it can.</summary>
    public string? Refusal(string region, string gateway, Currency currency, Amount amount)
    {
        if (!Offers(region).Any(offer => offer.Gateway == gateway && offer.Currency == currency))
            return $"Region {region} takes no {currency.Code()} through {gateway}.";
        if (amount < Minimum(currency))
            return $"A top-up is at least {GatewayUnits.Decimal(currency, Minimum(currency)) ?? Minimum(currency).ToString()} {currency.Code()}.";
        return byName[gateway].Refusal(currency, amount);
    }

    private Amount Minimum(Currency currency) => Amount.Parse(options.Minimums[currency.Code()]);
}

/// <summary>One way to pay.</summary>
/// <param name="Gateway">The gateway's name.</param>
/// <param name="Currency">The currency.</param>
/// <param name="Minimum">The smallest top-up.</param>
public sealed record PaymentOffer(string Gateway, Currency Currency, Amount Minimum);
