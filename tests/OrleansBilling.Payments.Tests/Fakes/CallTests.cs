using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBilling.Payments.Tests.Support;
using Polly.Timeout;

namespace OrleansBilling.Payments.Tests.Fakes;

/// <summary>How gateways are called when they are not well.</summary>
public sealed class CallTests
{
    [Fact]
    public async Task A_call_is_repeated_as_the_same_call()
    {
        await using var gateway = await BadGateway.Open(failures: 3);

        var page = await gateway.Stripe().Create(Payment(), default);

        Assert.Equal("cs_1", page.Reference);
        Assert.Equal(4, gateway.Keys.Count);
        Assert.Equal(["topup0001"], gateway.Keys.Distinct());
    }

    [Fact]
    public async Task Repetitions_have_an_end()
    {
        await using var gateway = await BadGateway.Open(failures: 100);

        await Assert.ThrowsAsync<GatewayException>(() => gateway.Stripe().Create(Payment(), default));
        Assert.Equal(4, gateway.Keys.Count);
    }

    [Fact]
    public async Task What_the_gateway_refuses_is_not_repeated()
    {
        await using var gateway = await BadGateway.Open(failures: 100, status: 400);

        var refused = await Assert.ThrowsAsync<GatewayException>(() => gateway.Stripe().Create(Payment(), default));
        Assert.Contains("400", refused.Message, StringComparison.Ordinal);
        Assert.Single(gateway.Keys);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_because_the_call_carries_a_secret()
    {
        await using var gateway = await BadGateway.Open(failures: 1, status: 307);

        await Assert.ThrowsAsync<GatewayException>(() => gateway.Stripe().Create(Payment(), default));
    }

    [Fact]
    public async Task A_gateway_that_does_not_answer_is_given_up()
    {
        await using var gateway = await BadGateway.Open(failures: 100, status: 0);

        var stripe = gateway.Stripe(("Payments:Calls:AttemptTimeout", "00:00:00.200"), ("Payments:Calls:TotalTime", "00:00:00.500"));

        // Long before the default would.
        await Assert.ThrowsAsync<TimeoutRejectedException>(() => stripe.Create(Payment(), default).WaitAsync(TimeSpan.FromSeconds(25)));
    }

    private static Payment Payment() => new("topup0001", Currency.Usd, Amounts.Of("25")) { CreatedAt = Sent.At, ExpiresAt = Sent.At.AddHours(1), ReturnTo = new Uri("https://ai.fptcloud.com/back") };

    private sealed class BadGateway(WebApplication app, ConcurrentQueue<string> keys) : IAsyncDisposable
    {
        private ServiceProvider? services;

        public ConcurrentQueue<string> Keys => keys;

        public static async Task<BadGateway> Open(int failures, int status = 503)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var keys = new ConcurrentQueue<string>();
            app.MapPost("/v1/checkout/sessions", async (HttpRequest request) =>
            {
                keys.Enqueue(request.Headers["Idempotency-Key"].ToString());
                if (keys.Count > failures) return Results.Text("""{"id":"cs_1","url":"https://checkout.stripe.com/cs_1"}""", "application/json");
                if (status == 0) await Task.Delay(Timeout.Infinite, request.HttpContext.RequestAborted);
                return status == 307 ? Results.Redirect(request.Path, permanent: false, preserveMethod: true) : Results.StatusCode(status);
            });
            await app.StartAsync();
            return new BadGateway(app, keys);
        }

        public IPaymentGateway Stripe(params (string Name, string Value)[] settings)
        {
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [
                new("Payments:Stripe:BaseAddress", app.Urls.First()), new("Payments:Stripe:SecretKey", "sk"), new("Payments:Stripe:WebhookSecret", "whsec"),
                new("Payments:Calls:FirstPause", "00:00:00.001"), .. settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)),
            ]).Build();
            services = new ServiceCollection().AddLogging().AddPaymentGateways(configuration).BuildServiceProvider();
            return services.GetRequiredService<IPaymentGateway>();
        }

        public async ValueTask DisposeAsync()
        {
            if (services is not null) await services.DisposeAsync();
            await app.DisposeAsync();
        }
    }
}
