using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Portal;

/// <summary>Somebody with a browser or a script at the portal of a region: keeps cookies, and makes a key for every command.</summary>
internal sealed class PortalCaller : IDisposable
{
    private readonly HttpClient http;
    private readonly CookieContainer cookies;

    /// <param name="host">The host to call.</param>
    /// <param name="name">The host name to call it by, e.g. <c>vn.localhost</c>: it names the region.</param>
    /// <param name="cookies">Cookies that are kept for the same person at another portal too.</param>
    /// <param name="patience">How long an answer is waited for; a minute unless said.</param>
    /// <param name="from">From which address of this machine; any unless said.</param>
    public PortalCaller(BillingHost host, string name = "vn.localhost", CookieContainer? cookies = null, TimeSpan? patience = null, IPAddress? from = null)
    {
        this.cookies = cookies ??= new CookieContainer();
        Origin = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{name}:{host.HttpPort}"));
        // Whatever the name: the process on this machine.
        var connections = new SocketsHttpHandler
        {
            CookieContainer = cookies,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                if (from is not null) socket.Bind(new IPEndPoint(from, 0));
                await socket.ConnectAsync(IPAddress.Loopback, host.HttpPort, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        http = new HttpClient(connections) { BaseAddress = Origin, Timeout = patience ?? TimeSpan.FromSeconds(60) };
    }

    public Uri Origin { get; }

    /// <summary>The cookies as a browser would send them.</summary>
    public string CookieHeader => cookies.GetCookieHeader(Origin);

    /// <summary>The id of the tenant that is signed in.</summary>
    public string Tenant { get; private set; } = "";

    public static string NewKey() => Guid.NewGuid().ToString("N");

    public async Task<SessionAnswer> SignIn(string email)
    {
        var session = await Post<SessionAnswer>("/api/session", new { email });
        Tenant = session.Tenant;
        return session;
    }

    public Task SignInAsOperator(BillingHost host) => Post<JsonElement>("/operator/session", new { name = "grace", key = host.OperatorKey });

    public Task<T> Get<T>(string path) => Expect<T>(HttpMethod.Get, path, null, null);

    public Task<T> Post<T>(string path, object? body = null, string? key = null) => Expect<T>(HttpMethod.Post, path, body, key ?? NewKey());

    public Task<T> Put<T>(string path, object body) => Expect<T>(HttpMethod.Put, path, body, NewKey());

    public Task<T> Patch<T>(string path, object body) => Expect<T>(HttpMethod.Patch, path, body, NewKey());

    /// <summary>Expects a refusal; its status is for the caller to judge.</summary>
    public async Task<Refusal> Refused(HttpMethod method, string path, object? body = null, string? key = null)
    {
        using var answer = await Send(method, path, body, key ?? NewKey());
        return await RefusalOf(answer);
    }

    public static async Task<Refusal> RefusalOf(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.False(answer.IsSuccessStatusCode, $"Expected a refusal, got {(int)answer.StatusCode}: {text}");
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{(int)answer.StatusCode} without problem+json: {text}");
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal((int)answer.StatusCode, problem.GetProperty("status").GetInt32());
        Assert.NotEqual("", problem.GetProperty("title").GetString());
        return new Refusal((int)answer.StatusCode, problem.GetProperty("code").GetString()!, problem);
    }

    public Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body = null, string? key = null) =>
        SendText(method, path, body is null ? null : JsonSerializer.Serialize(body, PortalJson.Options), key);

    /// <summary>Sends a body as it stands, well-formed or not.</summary>
    public async Task<HttpResponseMessage> SendText(HttpMethod method, string path, string? body, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await http.SendAsync(request);
    }

    public async Task<HttpResponseMessage> Send(HttpRequestMessage request, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead) =>
        await http.SendAsync(request, completion);

    public void Dispose() => http.Dispose();

    private async Task<T> Expect<T>(HttpMethod method, string path, object? body, string? key)
    {
        using var answer = await Send(method, path, body, key);
        if (!answer.IsSuccessStatusCode) Assert.Fail($"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<T>(PortalJson.Options))!;
    }
}
