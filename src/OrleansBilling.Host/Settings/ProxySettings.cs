using Microsoft.AspNetCore.HttpOverrides;

namespace OrleansBilling.Host.Settings;

/// <summary>
/// The proxies whose word counts on who asks (<c>X-Forwarded-For</c>) and whether by https (<c>X-Forwarded-Proto</c>); nobody else's does. Setting <c>Portal:Proxies</c>;
/// none unless set.
/// </summary>
internal sealed class ProxySettings(IConfiguration configuration)
{
    private readonly System.Net.IPNetwork[] proxies = configuration.Networks("Portal:Proxies");

    /// <summary>To be added before everything else: limits, cookies and gateways go by what it finds.</summary>
    public void Use(IApplicationBuilder app)
    {
        if (proxies.Length == 0) return; // to the framework, none would be all
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null, // through several proxies, back to the first address that is none of theirs
        };
        options.KnownProxies.Clear(); // loopback would be one
        options.KnownIPNetworks.Clear();
        foreach (var network in proxies) options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }
}
