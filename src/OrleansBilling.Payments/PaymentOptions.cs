using System.Globalization;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Payments.PayPal;
using OrleansBilling.Payments.Stripe;
using OrleansBilling.Payments.Vnpay;

namespace OrleansBilling.Payments;

/// <summary>The settings of payments. Section <c>Payments</c>; what a region takes is in its own section.</summary>
public sealed class PaymentOptions
{
    /// <summary>
    /// The currencies that a region takes, by region and gateway. Section <c>Regions:CODE:Gateways</c>, e.g. <c>Regions:vn:Gateways:stripe:0=USD</c>.
    /// A gateway that is not set up is offered to nobody.
    /// </summary>
    public Dictionary<string, Dictionary<string, string[]>> Regions { get; } = new(StringComparer.Ordinal);

    /// <summary>The smallest top-up by currency. Default 500000 VND, 3000 JPY, 25 USD; above zero.</summary>
    public Dictionary<string, string> Minimums { get; } = new(StringComparer.Ordinal) { ["VND"] = "500000", ["JPY"] = "3000", ["USD"] = "25" };

    /// <summary>
    /// What open disputes hold for as long as the balance would not be below zero without what they took (policy 4.11). Default deletions alone: they cannot be undone, and the money may be ours again;
    /// a VM that is stopped costs nobody its data. <see cref="HeldActions.None"/>: nothing.
    /// </summary>
    public HeldActions DisputeHolds { get; set; } = HeldActions.Deletion;

    /// <summary>
    /// For how long a payment is asked about at a gateway that tells nobody of refunds (VNPAY), from when it was begun: as long as the contract with it lets refunds be made. Default 180 days; from 1 day to 3 years.
    /// </summary>
    public TimeSpan UntoldRefunds { get; set; } = TimeSpan.FromDays(180);

    /// <summary>How gateways are called. Section <c>Payments:Calls</c>.</summary>
    public CallOptions Calls { get; set; } = new();

    /// <summary>Section <c>Payments:Stripe</c>.</summary>
    public StripeOptions Stripe { get; set; } = new();

    /// <summary>Section <c>Payments:Vnpay</c>.</summary>
    public VnpayOptions Vnpay { get; set; } = new();

    /// <summary>Section <c>Payments:PayPal</c>.</summary>
    public PayPalOptions PayPal { get; set; } = new();

    /// <summary>The options themselves, when every value makes sense.</summary>
    /// <exception cref="ArgumentException">Names the value that does not.</exception>
    public PaymentOptions Checked()
    {
        foreach (var (region, gateways) in Regions)
            foreach (var (gateway, currencies) in gateways)
                foreach (var code in currencies)
                    if (CurrencyCode.Find(code) is null)
                        throw new ArgumentException($"Region {region} takes '{code}' through {gateway}: expected USD, VND or JPY.");
        foreach (var currency in Enum.GetValues<Currency>())
            if (!Amount.TryParse(Minimums.GetValueOrDefault(currency.Code()), out var minimum) || minimum <= Amount.Zero)
                throw new ArgumentException($"Payments:Minimums:{currency.Code()} is '{Minimums.GetValueOrDefault(currency.Code())}': expected an amount above zero.");
        if ((DisputeHolds & ~(HeldActions.Stopping | HeldActions.Deletion)) != 0) throw new ArgumentException($"Payments:DisputeHolds is '{DisputeHolds}': expected None, Deletion or 'Stopping, Deletion'.");
        if (UntoldRefunds < TimeSpan.FromDays(1) || UntoldRefunds > TimeSpan.FromDays(1096)) throw new ArgumentException($"Payments:UntoldRefunds is {UntoldRefunds}: from 1 day to 3 years.");
        Calls.Checked();
        Stripe.Checked();
        Vnpay.Checked();
        PayPal.Checked();
        return this;
    }

    /// <summary>Refuses an address to which secrets would go unprotected: only this machine itself is spoken to without TLS.</summary>
    internal static void Require(string setting, Uri? address)
    {
        if (address is not { IsAbsoluteUri: true } || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{setting} is '{address}': expected an https address, or http on this machine."));
    }
}
