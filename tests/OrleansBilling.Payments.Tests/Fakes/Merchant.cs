using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBilling.FakeGateways;
using OrleansBilling.Payments.Tests.Support;

namespace OrleansBilling.Payments.Tests.Fakes;

/// <summary>
/// Us, as small as can be: payments in memory, a notification address over real HTTP, and the fake gateways at the other end of it.
/// </summary>
internal sealed class Merchant : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ServiceProvider services;
    private readonly ConcurrentDictionary<string, PaymentState> states = new();
    private readonly ConcurrentDictionary<string, (Payment Payment, PaymentPage Page)> begun = new();
    private readonly ConcurrentQueue<PaymentPosting> postings = new();
    private readonly Lock writing = new();
    private int outages;

    private Merchant(WebApplication app, FakeGatewayServer fakes, Uri address, params (string Name, string Value)[] settings)
    {
        (this.app, Fakes, Address) = (app, fakes, address);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(fakes.Settings)
            .AddInMemoryCollection([new("Payments:Calls:FirstPause", "00:00:00.010")])
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
        services = new ServiceCollection().AddLogging().AddPaymentGateways(configuration).BuildServiceProvider();
        Options = services.GetRequiredService<PaymentOptions>();
    }

    public FakeGatewayServer Fakes { get; }

    public Uri Address { get; }

    public PaymentOptions Options { get; }

    /// <summary>Used instead of the registered PayPal, where a test needs one that trusts a root of its own.</summary>
    public IPaymentGateway? PayPal { get; set; }

    public IReadOnlyCollection<PaymentPosting> Postings => postings;

    public static async Task<Merchant> Open(bool certificates = false, params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        Merchant? merchant = null;
        app.Map("/notify/{gateway}", (string gateway, HttpRequest request) => merchant!.Notified(gateway, request));
        await app.StartAsync();
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var fakes = await FakeGatewayServer.Start(new FakeGatewayOptions
        {
            Certificates = certificates,
            Notify = gateway => new Uri(address, $"/notify/{gateway}"),
            RepeatAfter = TimeSpan.FromMilliseconds(50),
        });
        return merchant = new Merchant(app, fakes, address, settings);
    }

    public IPaymentGateway Gateway(string name) => name == "paypal" && PayPal is not null ? PayPal : services.GetServices<IPaymentGateway>().First(gateway => gateway.Name == name);

    public async Task<Payment> Begin(string gateway, Currency currency, string amount, bool known = true)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var payment = new Payment($"p-{Guid.NewGuid():N}", currency, Amounts.Of(amount)) { CreatedAt = now, ExpiresAt = now.AddMinutes(15), ReturnTo = new Uri(Address, "/back") };
        if (known) states[payment.Id] = PaymentState.Of(payment, gateway);
        begun[payment.Id] = (payment, await Gateway(gateway).Create(payment, default));
        return payment;
    }

    /// <summary>As a browser does: opens the page, presses a button, and is sent back.</summary>
    public async Task Choose(Payment payment, FakeAct act)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var page = begun[payment.Id].Page.Address!;
        var html = await browser.GetStringAsync(page);
        var action = html.Split("action=\"")[1].Split('"')[0];
        using var answer = await browser.PostAsync(new Uri(page, action), new FormUrlEncodedContent([new("choice", act.ToString())]));
        Assert.Equal(303, (int)answer.StatusCode);
        Assert.StartsWith(new Uri(Address, "/back").AbsoluteUri, answer.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
    }

    public async Task Ask(Payment payment)
    {
        var state = states[payment.Id];
        foreach (var happened in await Gateway(state.Gateway).Ask(payment, begun[payment.Id].Page.Reference, default)) Apply(payment.Id, happened);
    }

    public PaymentState State(Payment payment) => states[payment.Id];

    /// <summary>The next notifications are not stored, as when the database is down.</summary>
    public void Fail(int notifications) => outages = notifications;

    /// <summary>What the ledger has of all payments.</summary>
    public string Credit => new Amount(postings.Sum(posting => posting.Kind == PostingKind.TakeBack ? -posting.Amount.Micros : posting.Amount.Micros)).ToString();

    public async ValueTask DisposeAsync()
    {
        await Fakes.DisposeAsync();
        await services.DisposeAsync();
        await app.DisposeAsync();
    }

    private async Task<IResult> Notified(string name, HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString());
        var gateway = Gateway(name);
        var read = await gateway.Read(new NotificationRequest(request.QueryString.Value ?? "", headers, body.ToArray(), TimeProvider.System.GetUtcNow()), default);
        if (read is RefusedNotification refused) return Answered(refused.Answer);
        var verified = (VerifiedNotification)read;
        if (Interlocked.Decrement(ref outages) >= 0) return Answered(gateway.Answer(NotificationOutcome.NotStored));
        if (verified.Payment is not { } id) return Answered(gateway.Answer(NotificationOutcome.Stored));
        if (!states.TryGetValue(id, out var state) || state.Gateway != name) return Answered(gateway.Answer(NotificationOutcome.UnknownPayment));
        var outcome = verified.Events.Select(happened => Apply(id, happened)).Last();
        if (verified.Events.OfType<PayerApproved>().Any()) await Ask(begun[id].Payment);
        return Answered(gateway.Answer(outcome));
    }

    private NotificationOutcome Apply(string id, PaymentEvent happened)
    {
        lock (writing)
        {
            var change = states[id].Apply(happened);
            states[id] = change.Next;
            foreach (var posting in change.Postings) postings.Enqueue(posting);
            return change.Outcome;
        }
    }

    private static IResult Answered(GatewayAnswer answer) => Results.Text(answer.Body, answer.ContentType, statusCode: answer.Status);
}
