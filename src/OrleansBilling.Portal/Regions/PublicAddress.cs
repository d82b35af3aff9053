namespace OrleansBilling.Portal.Regions;

/// <summary>
/// Where browsers find a region's portal, for addresses that others are given. A proxy that ends TLS hides scheme and port, and whoever asks may say any: so
/// only the setting counts, <c>Regions:CODE:PublicAddress</c>, and without it https at the host name that was asked for, which is one of the region's. Names
/// under .localhost are this machine, which is asked as it is.
/// </summary>
internal sealed class PublicAddress
{
    private readonly Dictionary<string, Uri> set = [];

    /// <exception cref="InvalidOperationException">A setting is no address of a site.</exception>
    public PublicAddress(IConfiguration configuration, PortalRegions regions)
    {
        foreach (var name in regions.All.Select(region => $"Regions:{region.Code}:PublicAddress"))
            if (configuration[name] is { Length: > 0 } text) set[name.Split(':')[1]] = Read(name, text);
    }

    public Uri Of(PortalRegion region, HttpRequest request) =>
        set.TryGetValue(region.Code, out var address) ? address
        : request.Host.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) ? new Uri($"{request.Scheme}://{request.Host}")
        : new Uri($"https://{request.Host.Host}");

    private static Uri Read(string name, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp) && address is { PathAndQuery: "/", UserInfo: "" }
            ? address
            : throw new InvalidOperationException($"{name} is '{text}': expected the address of a site, such as https://ai.fptcloud.com.");
}
