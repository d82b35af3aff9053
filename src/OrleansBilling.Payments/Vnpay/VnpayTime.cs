using System.Globalization;

namespace OrleansBilling.Payments.Vnpay;

/// <summary>VNPAY writes instants as <c>yyyyMMddHHmmss</c>, always in Vietnam's time, which has no summer.</summary>
internal static class VnpayTime
{
    private static readonly TimeSpan vietnam = TimeSpan.FromHours(7);

    public static string Of(DateTimeOffset instant) => instant.ToOffset(vietnam).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
}
