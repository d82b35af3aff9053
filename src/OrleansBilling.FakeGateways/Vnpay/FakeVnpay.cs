using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansBilling.FakeGateways.Vnpay;

/// <summary>VNPAY 2.1.0: the signed pay URL, IPN, <c>querydr</c>. Refunds are told to nobody who does not ask.</summary>
internal sealed class FakeVnpay(FakePost post, TimeProvider clock) : FakeGateway(post)
{
    private const string TmnCode = "FAKE0001";

    private readonly string secret = Secrets.New("").ToUpperInvariant();

    public override string Name => "vnpay";

    public override IEnumerable<KeyValuePair<string, string?>> Settings(Uri address) =>
    [
        new("Payments:Vnpay:PayAddress", new Uri(address, "paymentv2/vpcpay.html").AbsoluteUri),
        new("Payments:Vnpay:QueryAddress", new Uri(address, "merchant_webapi/api/transaction").AbsoluteUri),
        new("Payments:Vnpay:TmnCode", TmnCode),
        new("Payments:Vnpay:HashSecret", secret),
    ];

    public override void Map(IEndpointRouteBuilder app)
    {
        base.Map(app);
        app.MapGet("/vnpay/paymentv2/vpcpay.html", Begin);
        app.MapPost("/vnpay/merchant_webapi/api/transaction", Query);
    }

    protected override void Act(FakePayment payment, FakeAct act, decimal? amount)
    {
        switch (act)
        {
            case FakeAct.Pay or FakeAct.Fail:
                payment.Status = act == FakeAct.Pay ? "paid" : "failed";
                Tell(payment, act == FakeAct.Pay ? "00" : "24", Notice(payment), IsAccepted);
                break;
            case FakeAct.PayLater:
                payment.Status = "pending";
                break;
            case FakeAct.Refund or FakeAct.Reverse:
                payment.Refunds.Add(amount ?? payment.Amount - payment.Refunds.Sum());
                break;
        }
    }

    protected override Uri Back(FakePayment payment) =>
        payment.Status is "open" or "pending" ? payment.ReturnTo : new UriBuilder(payment.ReturnTo) { Query = Signed(Outcome(payment)) }.Uri;

    // The signature is of the query as it came, without the signature: the merchant has sorted it.
    private IResult Begin(HttpRequest request)
    {
        var query = request.QueryString.Value!.TrimStart('?').Split("&vnp_SecureHash=");
        if (query.Length != 2 || !Sign(query[0]).Equals(query[1], StringComparison.OrdinalIgnoreCase)) return TypedResults.BadRequest("Sai chữ ký");
        var asked = request.Query;
        var until = DateTimeOffset.ParseExact(asked["vnp_ExpireDate"] + "+07", "yyyyMMddHHmmsszz", CultureInfo.InvariantCulture);
        if (asked["vnp_TmnCode"] != TmnCode || asked["vnp_CurrCode"] != "VND" || asked["vnp_Version"] != "2.1.0" || until < clock.GetUtcNow()) return TypedResults.BadRequest();
        return HostedPage.Of(Keep(new FakePayment(
            Name, asked["vnp_TxnRef"]!, asked["vnp_TxnRef"]!, "VND", long.Parse(asked["vnp_Amount"]!, CultureInfo.InvariantCulture) / 100m, new Uri(asked["vnp_ReturnUrl"]!))));
    }

    private Func<Uri, HttpRequestMessage> Notice(FakePayment payment)
    {
        var query = Signed(Outcome(payment));
        return to => new HttpRequestMessage(HttpMethod.Get, new UriBuilder(to) { Query = query }.Uri);
    }

    // It brings again what was answered by one of these codes, or by nobody in time. Any other answer, whatever its status, is the last word.
    private static bool IsAccepted(int status, string body)
    {
        try
        {
            return JsonNode.Parse(body)?["RspCode"]?.GetValue<string>() is not ("01" or "04" or "97" or "99");
        }
        catch (JsonException)
        {
            return true;
        }
    }

    private SortedDictionary<string, string> Outcome(FakePayment payment) => new(StringComparer.Ordinal)
    {
        ["vnp_Amount"] = Units(payment.Amount),
        ["vnp_BankCode"] = "NCB",
        ["vnp_CardType"] = "ATM",
        ["vnp_OrderInfo"] = $"Top-up {payment.Payment}",
        ["vnp_PayDate"] = Now(),
        ["vnp_ResponseCode"] = payment.Status == "paid" ? "00" : "24",
        ["vnp_TmnCode"] = TmnCode,
        ["vnp_TransactionNo"] = payment.Status == "paid" ? payment.Reference : "0",
        ["vnp_TransactionStatus"] = payment.Status == "paid" ? "00" : "02",
        ["vnp_TxnRef"] = payment.Payment,
    };

    private string Signed(SortedDictionary<string, string> parameters)
    {
        var query = string.Join('&', parameters.Select(parameter => $"{parameter.Key}={WebUtility.UrlEncode(parameter.Value)}"));
        return $"{query}&vnp_SecureHash={Sign(query)}";
    }

    private IResult Query(JsonObject asked)
    {
        string Field(string name) => asked[name]?.GetValue<string>() ?? "";
        string[] signed =
            ["vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TxnRef", "vnp_TransactionDate", "vnp_CreateDate", "vnp_IpAddr", "vnp_OrderInfo"];
        if (Field("vnp_SecureHash") != Sign(string.Join('|', signed.Select(Field)))) return Answer([.. Head("97", "Invalid checksum")]);
        if (Find(Field("vnp_TxnRef")) is not { Status: not "open" } payment) return Answer([.. Head("91", "Transaction not found"), ("vnp_TxnRef", Field("vnp_TxnRef"))]);

        // It tells of the last thing that happened: a refund has its own number and amount, and its type says whether all has gone back.
        var (back, times) = (payment.Refunds.LastOrDefault(), payment.Refunds.Count);
        return Answer(
        [
            .. Head("00", "QueryDR Success"),
            ("vnp_TxnRef", payment.Payment),
            ("vnp_Amount", Units(back > 0 ? back : payment.Amount)),
            ("vnp_BankCode", "NCB"),
            ("vnp_PayDate", Now()),
            ("vnp_TransactionNo", times == 0 ? payment.Reference : string.Create(CultureInfo.InvariantCulture, $"{payment.Reference}{times}")),
            ("vnp_TransactionType", back == 0 ? "01" : payment.Refunds.Sum() == payment.Amount ? "02" : "03"),
            ("vnp_TransactionStatus", payment.Status switch { "paid" => "00", "pending" => "01", _ => "02" }),
            ("vnp_OrderInfo", $"Top-up {payment.Payment}"),
        ]);
    }

    private static IEnumerable<(string Name, string Value)> Head(string code, string message) =>
        [("vnp_ResponseId", Secrets.New("")), ("vnp_Command", "querydr"), ("vnp_ResponseCode", code), ("vnp_Message", message), ("vnp_TmnCode", TmnCode)];

    private IResult Answer(List<(string Name, string Value)> fields)
    {
        string[] signed =
        [
            "vnp_ResponseId", "vnp_Command", "vnp_ResponseCode", "vnp_Message", "vnp_TmnCode", "vnp_TxnRef", "vnp_Amount", "vnp_BankCode", "vnp_PayDate",
            "vnp_TransactionNo", "vnp_TransactionType", "vnp_TransactionStatus", "vnp_OrderInfo", "vnp_PromotionCode", "vnp_PromotionAmount",
        ];
        var values = fields.ToDictionary(field => field.Name, field => field.Value);
        var body = new JsonObject(values.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)field.Value)))
        {
            ["vnp_SecureHash"] = Sign(string.Join('|', signed.Select(name => values.GetValueOrDefault(name, "")))),
        };
        return Json(body);
    }

    private string Now() => clock.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    private static string Units(decimal amount) => ((long)(amount * 100)).ToString(CultureInfo.InvariantCulture);

    private string Sign(string text) => Convert.ToHexStringLower(HMACSHA512.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
}
