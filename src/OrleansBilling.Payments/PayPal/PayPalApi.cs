using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansBilling.Payments.PayPal;

/// <summary>PayPal's API under a token that is fetched when it is needed and kept until shortly before it ends.</summary>
internal sealed class PayPalApi(HttpClient http, PayPalOptions options, TimeProvider clock)
{
    private static readonly TimeSpan early = TimeSpan.FromMinutes(1);

    private volatile AccessToken? token;

    public async Task<JsonObject> Get(string path, CancellationToken cancellation)
    {
        using var response = await Send(HttpMethod.Get, path, null, null, cancellation);
        return await response.Json($"PayPal GET {path}", cancellation);
    }

    public async Task<JsonObject> Post(string path, string body, string? requestId, CancellationToken cancellation)
    {
        using var response = await Send(HttpMethod.Post, path, body, requestId, cancellation);
        return await response.Json($"PayPal POST {path}", cancellation);
    }

    /// <summary>Any answer, for a caller that reads its status.</summary>
    public async Task<HttpResponseMessage> Send(HttpMethod method, string path, string? body, string? requestId, CancellationToken cancellation)
    {
        var used = await Token(cancellation);
        var response = await Send(method, path, body, requestId, used, cancellation);
        if (response.StatusCode != HttpStatusCode.Unauthorized) return response;
        // Withdrawn before its end: once more with a new one.
        response.Dispose();
        if (token == used) token = null;
        return await Send(method, path, body, requestId, await Token(cancellation), cancellation);
    }

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, string? body, string? requestId, AccessToken with, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(options.BaseAddress, path));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", with.Value);
        request.Headers.Add("Prefer", "return=representation");
        if (requestId is not null) request.Headers.Add("PayPal-Request-Id", requestId);
        return await http.SendAsync(request, cancellation);
    }

    // Two calls at once may fetch one each: PayPal gives both the same.
    private async Task<AccessToken> Token(CancellationToken cancellation)
    {
        if (token is { } known && known.Until > clock.GetUtcNow()) return known;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.BaseAddress, "v1/oauth2/token"))
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.ClientId}:{options.ClientSecret}")));
        using var response = await http.SendAsync(request, cancellation);
        var answer = await response.Json("PayPal token", cancellation);
        if (answer.Text("access_token") is not { } value) throw new GatewayException("PayPal gave no token.");
        var life = TimeSpan.FromSeconds(Math.Clamp(answer.Number("expires_in") ?? 0, 0, 86400));
        return token = new AccessToken(value, clock.GetUtcNow() + life - early);
    }

    private sealed record AccessToken(string Value, DateTimeOffset Until);
}
