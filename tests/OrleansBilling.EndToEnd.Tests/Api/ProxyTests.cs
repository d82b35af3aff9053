using System.Net;
using System.Net.Http.Json;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Api;

/// <summary>A portal behind a proxy that ends TLS.</summary>
public sealed class ProxyTests(ITestOutputHelper output) : HostTest(output)
{
    private const string Ada = "203.0.113.7";
    private const string Grace = "203.0.113.8";

    [Fact]
    public async Task Who_asks_and_how_is_what_a_proxy_that_the_settings_name_says_and_nobody_else()
    {
        var host = await Run("Portal:Proxies=127.0.0.1, 10.0.8.0/24", "Operators:SignInsPerMinute=2");
        var proxy = Keep(new PortalCaller(host, from: IPAddress.Loopback));
        var other = Keep(new PortalCaller(host, from: IPAddress.Parse("127.0.0.2")));

        Assert.Equal((401, null), await SignIn(proxy, "wrong", Ada));
        Assert.Equal((401, null), await SignIn(proxy, "wrong", Ada));
        Assert.Equal((429, null), await SignIn(proxy, host.OperatorKey, Ada));
        Assert.Equal((200, true), await SignIn(proxy, host.OperatorKey, Grace));
        Assert.Equal((200, false), await SignIn(proxy, host.OperatorKey, Grace, "http"));
        // What a client says of itself stands before what the first proxy says of it; a second proxy may follow.
        Assert.Equal((429, null), await SignIn(proxy, host.OperatorKey, $"192.0.2.1, {Ada}"));
        Assert.Equal((429, null), await SignIn(proxy, host.OperatorKey, $"192.0.2.2, {Ada}, 10.0.8.3"));

        Assert.Equal((200, false), await SignIn(other, host.OperatorKey, "192.0.2.3"));
        Assert.Equal((401, null), await SignIn(other, "wrong", "192.0.2.4"));
        Assert.Equal((429, null), await SignIn(other, host.OperatorKey, "192.0.2.5"));
    }

    /// <returns>The status, and whether the cookie is for https only; null when there is none.</returns>
    private static async Task<(int Status, bool? Secure)> SignIn(PortalCaller caller, string key, string from, string scheme = "https")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/operator/session") { Content = JsonContent.Create(new { name = "grace", key }) };
        request.Headers.Add("X-Forwarded-For", from);
        request.Headers.Add("X-Forwarded-Proto", scheme);
        using var answer = await caller.Send(request);
        return ((int)answer.StatusCode, answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Single().Contains("; secure", StringComparison.OrdinalIgnoreCase) : null);
    }
}
