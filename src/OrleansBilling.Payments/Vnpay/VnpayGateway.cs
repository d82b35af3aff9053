using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Payments.Vnpay;

/// <summary>VNPAY 2.1.0: a signed pay URL, its IPN with the answers that VNPAY expects, and its query.</summary>
public sealed class VnpayGateway(HttpClient http, VnpayOptions options, TimeProvider clock) : IPaymentGateway
{
    /// <summary>Its name.</summary>
    public const string GatewayName = "vnpay";

    private const string Version = "2.1.0";

    internal static readonly GatewayAnswer NotStored = Said("99", "Unknown error");

    // VNPAY's amounts are hundredths of a đồng.
    private const long MicrosOfUnit = Amount.MicrosPerUnit / 100;

    private static readonly Amount largest = new(9_999_999_999 * Amount.MicrosPerUnit);

    /// <inheritdoc/>
    public string Name => GatewayName;

    /// <inheritdoc/>
    public bool TellsOfRefunds => false;

    /// <inheritdoc/>
    public string? Refusal(Currency currency, Amount amount) =>
        currency == Currency.Vnd && GatewayUnits.Smallest(currency, amount) is >= 1 && amount <= largest ? null : "VNPAY takes whole VND, at most 9,999,999,999.";

    /// <inheritdoc/>
    public Task<PaymentPage> Create(Payment payment, CancellationToken cancellation)
    {
        if (Refusal(payment.Currency, payment.Amount) is { } refusal) throw new GatewayException(refusal);
        if (!Payment.IsId(payment.Id)) throw new GatewayException($"VNPAY cannot carry the payment id '{payment.Id}'.");
        var query = VnpaySignature.Canonical(new Dictionary<string, string>
        {
            ["vnp_Version"] = Version,
            ["vnp_Command"] = "pay",
            ["vnp_TmnCode"] = options.TmnCode,
            ["vnp_Amount"] = Units(payment.Amount),
            ["vnp_CurrCode"] = "VND",
            ["vnp_TxnRef"] = payment.Id,
            ["vnp_OrderInfo"] = OrderInfo(payment),
            ["vnp_OrderType"] = "other",
            ["vnp_Locale"] = payment.Language == "vi" ? "vn" : "en",
            ["vnp_ReturnUrl"] = payment.ReturnTo?.AbsoluteUri ?? throw new ArgumentException("The payer must come back somewhere.", nameof(payment)),
            ["vnp_IpAddr"] = payment.PayerAddress,
            ["vnp_CreateDate"] = VnpayTime.Of(payment.CreatedAt),
            ["vnp_ExpireDate"] = VnpayTime.Of(payment.ExpiresAt),
        });
        var page = new UriBuilder(options.PayAddress) { Query = $"{query}&vnp_SecureHash={VnpaySignature.Sign(query, options.HashSecret)}" }.Uri;
        return Task.FromResult(new PaymentPage(payment.Id, page));
    }

    /// <inheritdoc/>
    public Task<Notification> Read(NotificationRequest request, CancellationToken cancellation) => Task.FromResult(Read(request.Query));

    /// <inheritdoc/>
    public GatewayAnswer Answer(NotificationOutcome outcome) => outcome switch
    {
        NotificationOutcome.Stored => Said("00", "Confirm Success"),
        NotificationOutcome.AlreadySettled => Said("02", "Order already confirmed"),
        NotificationOutcome.AmountDiffers => Said("04", "Invalid amount"),
        NotificationOutcome.UnknownPayment => Said("01", "Order not found"),
        _ => NotStored,
    };

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PaymentEvent>> Ask(Payment payment, string reference, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var question = new VnpayQuestion(
            Guid.NewGuid().ToString("N"), Version, options.TmnCode, payment.Id, VnpayTime.Of(payment.CreatedAt), VnpayTime.Of(now), options.ServerAddress, OrderInfo(payment));
        using var response = await http.PostAsJsonAsync(options.QueryAddress, question.Signed(options.HashSecret), cancellation);
        var answer = await response.Json($"VNPAY querydr of {payment.Id}", cancellation);
        if (!VnpaySignature.Matches(answer.Text("vnp_SecureHash"), VnpayQuestion.SignedOfAnswer(answer), options.HashSecret))
            throw new GatewayException($"VNPAY's answer about {payment.Id} is not signed by VNPAY.");
        return answer.Text("vnp_ResponseCode") switch
        {
            "00" when answer.Text("vnp_TxnRef") == payment.Id => OfTransaction(answer, payment.Amount),
            // Not found: nobody chose how to pay. Some time after the page closed nobody will.
            "91" when now > payment.ExpiresAt + TimeSpan.FromMinutes(15) => [new PaymentExpired()],
            "91" => [],
            var code => throw new GatewayException($"VNPAY answered {code} about {payment.Id}: {answer.Text("vnp_Message")}"),
        };
    }

    private Notification Read(string query)
    {
        var parameters = VnpaySignature.Parse(query);
        if (parameters is null || !VnpaySignature.Matches(parameters.GetValueOrDefault("vnp_SecureHash"), VnpaySignature.Canonical(parameters), options.HashSecret))
            return new RefusedNotification("The signature is wrong.", Said("97", "Invalid signature"));
        var payment = parameters.GetValueOrDefault("vnp_TxnRef");
        if (!Payment.IsId(payment)) return new RefusedNotification($"No payment of ours is called '{payment}'.", Answer(NotificationOutcome.UnknownPayment));
        if (parameters.GetValueOrDefault("vnp_TmnCode") != options.TmnCode || AmountOf(parameters.GetValueOrDefault("vnp_Amount")) is not { } amount)
            return new RefusedNotification("The terminal is not ours, or there is no amount.", Answer(NotificationOutcome.NotStored));
        var events = OfPayment(
            parameters.GetValueOrDefault("vnp_ResponseCode"), parameters.GetValueOrDefault("vnp_TransactionStatus"), parameters.GetValueOrDefault("vnp_TransactionNo"), amount);
        return events.Count > 0 ? new VerifiedNotification(payment, events) : new RefusedNotification("A success names no transaction.", Answer(NotificationOutcome.NotStored));
    }

    // Nothing for a success without its number, by which it would be credited once: it is asked about.
    private static IReadOnlyList<PaymentEvent> OfPayment(string? response, string? status, string? transaction, Amount amount) =>
        response == "00" && status == "00" ? string.IsNullOrEmpty(transaction) ? [] : [new PaymentPaid(transaction, Currency.Vnd, amount)]
        : status == "01" ? [new PaymentPending(amount)]
        : [new PaymentFailed($"{response}/{status}", amount)];

    // Of a payment (type 01), or of what went back of one: all (02) or a part (03), each under a number of its own. All is the whole payment, whatever parts of it
    // went before and were not heard of. A refund under way (05, 06) is none yet.
    private static IReadOnlyList<PaymentEvent> OfTransaction(JsonObject answer, Amount paid)
    {
        var (type, status, transaction) = (answer.Text("vnp_TransactionType"), answer.Text("vnp_TransactionStatus"), answer.Text("vnp_TransactionNo"));
        if (AmountOf(answer.Text("vnp_Amount")) is not { } amount) throw new GatewayException("VNPAY answered without an amount.");
        return type is not ("02" or "03") ? OfPayment("00", status, transaction, amount)
            : status == "00" ? [new PaymentRefunded(transaction ?? "refund", Currency.Vnd, type == "02" ? paid : amount)]
            : [];
    }

    private static string OrderInfo(Payment payment) => $"Top-up {payment.Id}".Replace('_', '-');

    private static string Units(Amount amount) => (amount.Micros / MicrosOfUnit).ToString(CultureInfo.InvariantCulture);

    private static Amount? AmountOf(string? units) =>
        long.TryParse(units, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= long.MaxValue / MicrosOfUnit ? new Amount(count * MicrosOfUnit) : null;

    // Always 200: VNPAY reads the code alone.
    private static GatewayAnswer Said(string code, string message) => new(200, $$"""{"RspCode":"{{code}}","Message":"{{message}}"}""", "application/json");
}
