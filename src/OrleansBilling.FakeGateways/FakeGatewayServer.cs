using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBilling.FakeGateways.PayPal;
using OrleansBilling.FakeGateways.Stripe;
using OrleansBilling.FakeGateways.Vnpay;

namespace OrleansBilling.FakeGateways;

/// <summary>
/// Stripe, VNPAY and PayPal as they behave towards us, for tests and development: pages to pay on, signed notifications, questions, and what can go wrong.
/// They are a server of their own, so that browsers cross sites as they will in earnest. Everything is forgotten at the end.
/// </summary>
public sealed class FakeGatewayServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly FakeGateway[] gateways;

    private FakeGatewayServer(WebApplication app, FakeGateway[] gateways, FakePost post, FakeAuthority authority)
    {
        (this.app, this.gateways, Post) = (app, gateways, post);
        Root = authority.Root;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Address = new Uri(addresses.First(address => address.StartsWith("http:", StringComparison.Ordinal)) + "/");
        authority.Address = addresses.FirstOrDefault(address => address.StartsWith("https:", StringComparison.Ordinal)) is { } secure ? new Uri(secure + "/") : null;
        CertificateAddress = authority.Address;
    }

    /// <summary>Where they are.</summary>
    public Uri Address { get; }

    /// <summary>Where PayPal's certificates are, when they are offered.</summary>
    public Uri? CertificateAddress { get; }

    /// <summary>The authority of PayPal's certificates.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>Who brings the notifications.</summary>
    public FakePost Post { get; }

    /// <summary>The settings with which they are reached: addresses and secrets.</summary>
    public IReadOnlyDictionary<string, string?> Settings =>
        gateways.SelectMany(gateway => gateway.Settings(new Uri(Address, $"{gateway.Name}/"))).ToDictionary(setting => setting.Key, setting => setting.Value);

    /// <summary>Every payment that was begun, and where it stands here.</summary>
    public IReadOnlyCollection<FakePayment> Payments => [.. gateways.SelectMany(gateway => gateway.Payments)];

    /// <summary>Starts them.</summary>
    public static async Task<FakeGatewayServer> Start(FakeGatewayOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        // Neither the settings nor the log of the process it is in.
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        var authority = FakeAuthority.Create(options.Clock);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            Listen(kestrel, options.Address, _ => { });
            if (options.Certificates) Listen(kestrel, new Uri("https://127.0.0.1:0"), listen => listen.UseHttps(authority.Server));
        });
        var app = builder.Build();
        var post = new FakePost(options);
        FakeGateway[] gateways = [new FakeStripe(post, options.Clock), new FakeVnpay(post, options.Clock), new FakePayPal(post, options.Clock, authority)];
        foreach (var gateway in gateways) gateway.Map(app);
        app.MapControl(gateways, post);
        await app.StartAsync();
        return new FakeGatewayServer(app, gateways, post, authority);
    }

    /// <summary>Lets something happen to a payment, by the merchant's id of it.</summary>
    /// <exception cref="ArgumentException">No gateway knows the payment.</exception>
    public void Do(string payment, FakeAct act, decimal? amount = null)
    {
        foreach (var gateway in gateways)
        {
            if (gateway.OfMerchant(payment) is not { } known) continue;
            gateway.Do(known, act, amount);
            return;
        }
        throw new ArgumentException($"No gateway knows the payment {payment}.", nameof(payment));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Post.Dispose();
        await app.DisposeAsync();
    }

    private static void Listen(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel, Uri address, Action<Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions> configure)
    {
        if (System.Net.IPAddress.TryParse(address.Host, out var ip)) kestrel.Listen(ip, address.Port, configure);
        else kestrel.ListenLocalhost(address.Port, configure);
    }
}
