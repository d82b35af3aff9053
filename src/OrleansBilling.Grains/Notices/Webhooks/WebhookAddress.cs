using System.Net;

namespace OrleansBilling.Grains.Notices.Webhooks;

/// <summary>What can be an endpoint.</summary>
internal static class WebhookAddress
{
    private const int Longest = 500;

    /// <summary>The address of an endpoint as it is kept; null when it can be none. A name is looked up when it is used.</summary>
    public static string? Find(string text, bool allowLoopback)
    {
        if (text.Length > Longest || !Uri.TryCreate(text, UriKind.Absolute, out var address) || address.UserInfo.Length > 0 || address.Fragment.Length > 0) return null;
        var here = allowLoopback && address.IsLoopback;
        if (address.Scheme != Uri.UriSchemeHttps && !(here && address.Scheme == Uri.UriSchemeHttp)) return null;
        if (IPAddress.TryParse(address.DnsSafeHost, out var number) && !here && !PublicAddresses.IsPublic(number)) return null;
        return address.AbsoluteUri;
    }
}
