using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts.Notices;

namespace OrleansBilling.Grains.Notices.Webhooks;

/// <summary>Signed webhooks after Standard Webhooks 1.0.0, to public addresses only, without redirects.</summary>
internal sealed class WebhookChannel : INoticeChannel, IDisposable
{
    private readonly HttpClient http;
    private readonly TimeProvider clock;

    public WebhookChannel(IOptions<BillingOptions> options, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock)
    {
        var settings = options.Value.Notices.Webhooks;
        this.clock = clock;
        http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = (context, cancellation) => PublicAddresses.Connect(context.DnsEndPoint, settings.AllowLoopback, cancellation),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false, // it would be what is connected to
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxConnectionsPerServer = 8, // many tenants may have endpoints at one host
            MaxResponseHeadersLength = 16,
        })
        {
            Timeout = settings.Timeout,
        };
    }

    public DeliveryChannel Channel => DeliveryChannel.Webhook;

    public int AtOnce => 64;

    /// <summary>The standard's own: over more than three days.</summary>
    public IReadOnlyList<TimeSpan> Pauses { get; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10),
        TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    public async Task<Attempt> Send(DueDelivery delivery, CancellationToken cancellation)
    {
        if (delivery.Settings.Webhook is not { } address) return new Attempt(AttemptResult.Refused, "no-endpoint");
        var body = WebhookEvent.BodyOf(delivery);
        var at = TimeProvider.System.GetUtcNow(); // receivers compare it with their clocks
        var now = clock.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("OrleansBilling");
        request.Headers.Add("webhook-id", delivery.Id);
        request.Headers.Add("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Of(delivery.Settings.Secrets.Where(secret => !(secret.Until <= now)).Select(secret => secret.Secret), delivery.Id, at, body));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var answer = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (response.IsSuccessStatusCode) return new Attempt(AttemptResult.Delivered, answer);
        if (response.StatusCode == HttpStatusCode.Gone) return new Attempt(AttemptResult.Gone, answer);
        return new Attempt(AttemptResult.Failed, answer, response.ReasonPhrase ?? "", Patience(response.Headers.RetryAfter, at));
    }

    public void Dispose() => http.Dispose();

    // What a receiver wishes, up to a day.
    private static TimeSpan? Patience(RetryConditionHeaderValue? wish, DateTimeOffset now) =>
        (wish?.Delta ?? wish?.Date - now) is { } wait ? TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, TimeSpan.TicksPerDay)) : null;
}
