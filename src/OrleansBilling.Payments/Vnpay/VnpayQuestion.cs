using System.Text.Json.Nodes;

namespace OrleansBilling.Payments.Vnpay;

/// <summary>The question <c>querydr</c>, and what is signed of it and of its answer: values joined by bars, in an order of its own.</summary>
internal sealed record VnpayQuestion(
    string RequestId, string Version, string TmnCode, string TxnRef, string TransactionDate, string CreateDate, string Address, string OrderInfo)
{
    private const string Command = "querydr";

    private static readonly string[] answered =
    [
        "vnp_ResponseId", "vnp_Command", "vnp_ResponseCode", "vnp_Message", "vnp_TmnCode", "vnp_TxnRef", "vnp_Amount", "vnp_BankCode", "vnp_PayDate",
        "vnp_TransactionNo", "vnp_TransactionType", "vnp_TransactionStatus", "vnp_OrderInfo", "vnp_PromotionCode", "vnp_PromotionAmount",
    ];

    public JsonObject Signed(string secret) => new()
    {
        ["vnp_RequestId"] = RequestId,
        ["vnp_Version"] = Version,
        ["vnp_Command"] = Command,
        ["vnp_TmnCode"] = TmnCode,
        ["vnp_TxnRef"] = TxnRef,
        ["vnp_TransactionDate"] = TransactionDate,
        ["vnp_CreateDate"] = CreateDate,
        ["vnp_IpAddr"] = Address,
        ["vnp_OrderInfo"] = OrderInfo,
        ["vnp_SecureHash"] = VnpaySignature.Sign(string.Join('|', RequestId, Version, Command, TmnCode, TxnRef, TransactionDate, CreateDate, Address, OrderInfo), secret),
    };

    public static string SignedOfAnswer(JsonObject answer) => string.Join('|', answered.Select(name => answer.Text(name) ?? answer[name]?.ToString() ?? ""));
}
