using OrleansBilling.Domain.Money;

namespace OrleansBilling.Contracts.Payments;

/// <summary>A payment that a tenant asks for.</summary>
/// <param name="Balance">Whose balance is credited.</param>
/// <param name="Gateway">The gateway's name, e.g. <c>stripe</c>.</param>
/// <param name="Currency">Must be the balance's, when it has one (policy 1.4).</param>
/// <param name="Amount">At least the smallest top-up of the currency.</param>
/// <param name="ReturnTo">Our page to which the browser comes back. It only displays.</param>
/// <param name="PayerAddress">The payer's IP address.</param>
/// <param name="Language">Of the gateway's page: <c>vi</c>, <c>en</c> or <c>ja</c>; a gateway that does not speak it speaks English.</param>
[GenerateSerializer, Immutable, Alias("start-payment")]
public sealed record StartPayment(
    [property: Id(0)] BalanceId Balance, [property: Id(1)] string Gateway, [property: Id(2)] Currency Currency, [property: Id(3)] Amount Amount,
    [property: Id(4)] Uri ReturnTo, [property: Id(5)] string PayerAddress, [property: Id(6)] string Language = "en");

/// <summary>What became of the wish to pay. Listed by precedence.</summary>
public enum PaymentResult
{
    /// <summary>There is a payment, now or since an earlier call under the same id.</summary>
    Started = 1,

    /// <summary>The id was used before with other content. Nothing changed.</summary>
    OperationReused = 2,

    /// <summary>The region does not take this currency through this gateway.</summary>
    NotOffered = 3,

    /// <summary>Less than the smallest top-up.</summary>
    BelowMinimum = 4,

    /// <summary>The gateway cannot take this amount.</summary>
    AmountRefused = 5,

    /// <summary>The balance has another currency (policy 1.4).</summary>
    OtherCurrency = 6,

    /// <summary>There is no exchange rate into the currency in force: nothing could be priced in it (policy 1.4, 3.7).</summary>
    NoRate = 9,

    /// <summary>Nobody has said yet who pays: see <see cref="Tenants.BillingProfile"/>.</summary>
    ProfileMissing = 7,

    /// <summary>The gateway did not answer. Nobody has paid; the same command again tries again.</summary>
    GatewayUnavailable = 8,
}

/// <summary>The answer to <see cref="StartPayment"/>.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Payment">The payment, when it was started.</param>
/// <param name="Reason">Why it was not, as a sentence; empty when there is no more to say.</param>
[GenerateSerializer, Immutable, Alias("payment-reply")]
public sealed record PaymentReply([property: Id(0)] PaymentResult Result, [property: Id(1)] PaymentView? Payment = null, [property: Id(2)] string Reason = "");

/// <summary>A payment as its tenant sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Gateway">The gateway's name.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="Amount">What was asked for.</param>
/// <param name="Status">Where it stands; paid only when the credit is in the ledger.</param>
/// <param name="StartedAt">When it was begun, in business time.</param>
/// <param name="Page">Where the payer pays; null when that is over.</param>
/// <param name="Credited">What the gateway has received.</param>
/// <param name="TakenBack">What of it went back to the payer.</param>
[GenerateSerializer, Immutable, Alias("payment-view")]
public sealed record PaymentView(
    [property: Id(0)] string Id, [property: Id(1)] string Gateway, [property: Id(2)] Currency Currency, [property: Id(3)] Amount Amount, [property: Id(4)] PaymentStatus Status,
    [property: Id(5)] DateTimeOffset StartedAt, [property: Id(6)] Uri? Page, [property: Id(7)] Amount Credited, [property: Id(8)] Amount TakenBack);

/// <summary>One way to pay.</summary>
/// <param name="Gateway">The gateway's name.</param>
/// <param name="Currency">The currency.</param>
/// <param name="Minimum">The smallest top-up.</param>
[GenerateSerializer, Immutable, Alias("payment-offer")]
public sealed record PaymentOfferView([property: Id(0)] string Gateway, [property: Id(1)] Currency Currency, [property: Id(2)] Amount Minimum);

/// <summary>What arrived at a gateway's notification address, not believed yet.</summary>
/// <param name="Gateway">Whose address it was.</param>
/// <param name="Query">The query as it was sent.</param>
/// <param name="Headers">By name.</param>
/// <param name="Body">The bytes as they were sent: signatures cover them.</param>
/// <param name="ReceivedAt">When, in real time.</param>
[GenerateSerializer, Immutable, Alias("gateway-notification")]
public sealed record GatewayNotification(
    [property: Id(0)] string Gateway, [property: Id(1)] string Query, [property: Id(2)] Dictionary<string, string> Headers, [property: Id(3)] byte[] Body,
    [property: Id(4)] DateTimeOffset ReceivedAt);

/// <summary>What the gateway is answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body; empty for none.</param>
/// <param name="ContentType">Of the body.</param>
[GenerateSerializer, Immutable, Alias("notification-reply")]
public sealed record NotificationReply([property: Id(0)] int Status, [property: Id(1)] string Body, [property: Id(2)] string ContentType);
