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

    /// <summary>Why this payment cannot be made; null when it can.</summary>
    public PaymentRefusal? Refusal(string region, string gateway, Currency currency, Amount amount)
    {
        if (!Offers(region).Any(offer => offer.Gateway == gateway && offer.Currency == currency))
            return new(PaymentRefusalReason.NotOffered, $"Region {region} takes no {currency.Code()} through {gateway}.");
        if (amount < Minimum(currency))
            return new(PaymentRefusalReason.BelowMinimum, $"A top-up is at least {GatewayUnits.Decimal(currency, Minimum(currency)) ?? Minimum(currency).ToString()} {currency.Code()}.");
        return byName[gateway].Refusal(currency, amount) is { } sentence ? new(PaymentRefusalReason.NotTaken, sentence) : null;
    }

    private Amount Minimum(Currency currency) => Amount.Parse(options.Minimums[currency.Code()]);
}

/// <summary>One way to pay.</summary>
/// <param name="Gateway">The gateway's name.</param>
/// <param name="Currency">The currency.</param>
/// <param name="Minimum">The smallest top-up.</param>
public sealed record PaymentOffer(string Gateway, Currency Currency, Amount Minimum);

/// <summary>Why a payment cannot be made.</summary>
/// <param name="Reason">The rule.</param>
/// <param name="Sentence">The rule in words.</param>
public sealed record PaymentRefusal(PaymentRefusalReason Reason, string Sentence);

/// <summary>Rules that a payment can break. Listed by precedence.</summary>
public enum PaymentRefusalReason
{
    /// <summary>The region does not take this currency through this gateway.</summary>
    NotOffered = 1,

    /// <summary>Less than the smallest top-up.</summary>
    BelowMinimum = 2,

    /// <summary>The gateway cannot take this amount.</summary>
    NotTaken = 3,
}
