using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBilling.Client;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.FakeGateways;
using OrleansBilling.Payments.Vnpay;
using OrleansBilling.Portal;

namespace OrleansBilling.Payments.Tests.Fakes;

/// <summary>The portal's address for notifications, with nothing behind it but the test: what a gateway is told when nobody can say what became of one.</summary>
public sealed class NotificationAddressTests : IDisposable
{
    private readonly ConcurrentQueue<Func<NotificationReply?>> answers = new();
    private readonly HttpClient http = new();

    private static Exception Unavailable => new BillingUnavailableException("No answer.", new TimeoutException());

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task M9_What_nobody_could_store_gets_the_gateways_own_answer_and_comes_again()
    {
        await using var portal = await Start();
        Assert.Equal((200, """{"RspCode":"99","Message":"Unknown error"}""", "application/json"), await Tell(portal, "vnpay", () => throw Unavailable));
        Assert.Equal((200, """{"RspCode":"99","Message":"Unknown error"}""", "application/json"), await Tell(portal, "vnpay", () => throw new OverflowException()));
        foreach (var other in new[] { "stripe", "paypal" }) Assert.Equal(503, (await Tell(portal, other, () => throw Unavailable)).Status);
        Assert.Equal(404, (await Tell(portal, "nobody", () => null)).Status);
    }

    [Fact]
    public async Task M9_So_does_what_comes_too_often()
    {
        await using var portal = await Start(new KeyValuePair<string, string?>("Payments:NotificationsPerMinute", "1"));
        Assert.Equal((200, "taken", "text/plain"), await Tell(portal, "vnpay", () => new NotificationReply(200, "taken", "text/plain")));
        Assert.Equal((200, """{"RspCode":"99","Message":"Unknown error"}""", "application/json"), await Tell(portal, "vnpay", () => new NotificationReply(200, "taken", "text/plain")));
        Assert.Equal(429, (await Tell(portal, "stripe", () => new NotificationReply(200, "taken", "text/plain"))).Status);
    }

    [Fact]
    public async Task M9_VNPAY_brings_again_what_was_answered_by_99_and_not_what_was_answered_by_a_status()
    {
        await using var portal = await Start();
        var stored = new NotificationReply(200, """{"RspCode":"00","Message":"Confirm Success"}""", "application/json");
        foreach (var (first, deliveries) in new (Func<NotificationReply?> First, string[] Deliveries)[]
                 {
                     (() => throw Unavailable, ["99", "00"]),
                     (() => new NotificationReply(503, "", "text/plain"), ["503"]),
                 })
        {
            answers.Clear();
            answers.Enqueue(first);
            answers.Enqueue(() => stored);
            await using var fakes = await FakeGatewayServer.Start(new FakeGatewayOptions { Notify = gateway => Address(portal, gateway), RepeatAfter = TimeSpan.FromMilliseconds(20) });
            await Pay(fakes);
            await fakes.Post.Settled();
            Assert.Equal(deliveries, fakes.Post.Deliveries.Select(delivery => delivery.Status == 200 ? delivery.Body.Split('"')[3] : $"{delivery.Status}"));
        }
    }

    private static async Task Pay(FakeGatewayServer fakes)
    {
        await using var services = new ServiceCollection().AddLogging()
            .AddPaymentGateways(new ConfigurationBuilder().AddInMemoryCollection(fakes.Settings).Build()).BuildServiceProvider();
        var now = TimeProvider.System.GetUtcNow();
        var payment = new Payment($"p-{Guid.NewGuid():N}", Currency.Vnd, Amount.Parse("500000")) { CreatedAt = now, ExpiresAt = now.AddMinutes(15), ReturnTo = new Uri("http://127.0.0.1/back") };
        var page = await services.GetServices<IPaymentGateway>().First(gateway => gateway.Name == VnpayGateway.GatewayName).Create(payment, default);
        using var browser = new HttpClient();
        await browser.GetStringAsync(page.Address);
        fakes.Do(payment.Id, FakeAct.Pay);
    }

    private async Task<(int Status, string Body, string? Type)> Tell(WebApplication portal, string gateway, Func<NotificationReply?> answer)
    {
        answers.Enqueue(answer);
        using var told = await http.GetAsync(Address(portal, gateway));
        return ((int)told.StatusCode, await told.Content.ReadAsStringAsync(), told.Content.Headers.ContentType?.MediaType);
    }

    private async Task<WebApplication> Start(params KeyValuePair<string, string?>[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var billing = DispatchProxy.Create<IBillingClient, Cluster>();
        ((Cluster)(object)billing).Answers = answers;
        builder.Services.AddSingleton(billing);
        builder.Services.AddBillingPortal(builder.Configuration);
        var app = builder.Build();
        app.UseBillingPortal();
        app.MapBillingPortal();
        await app.StartAsync();
        return app;
    }

    private static Uri Address(WebApplication portal, string gateway) =>
        new(new Uri(portal.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), $"/payments/notifications/{gateway}");

#pragma warning disable CA1852 // the proxy is made of a type that inherits from it
    public class Cluster : DispatchProxy
#pragma warning restore CA1852
    {
        internal ConcurrentQueue<Func<NotificationReply?>> Answers { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Task.Run(() => Answers.TryDequeue(out var answer) ? answer() : throw new InvalidOperationException("Nobody is to ask."));
    }
}
