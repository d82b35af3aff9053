using OrleansBilling.FakeGateways;
using OrleansBilling.Host.Settings;

namespace OrleansBilling.Host.Payments;

/// <summary>
/// The fake gateways of a development start: one process, nothing to install, and every way to pay can be tried. Setting <c>Payments:Fakes</c>: on by default
/// in the environment Development and the role <c>all</c>, never on elsewhere.
/// </summary>
internal sealed class FakePayments : IAsyncDisposable
{
    /// <summary>Where the portal takes notifications; the gateway's name follows.</summary>
    public const string NotificationPath = "/payments/notifications/";

    private FakeGatewayServer? server;
    private Uri? portal;

    /// <summary>Starts them, and puts their addresses and secrets where those of the real ones are.</summary>
    public static async Task<FakePayments> Start(ConfigurationManager configuration, HostSettings settings)
    {
        var fakes = new FakePayments();
        var wanted = configuration.GetValue<bool?>("Payments:Fakes");
        if (wanted == true && !settings.IsDevelopment) throw new SettingException("Payments:Fakes", "true", "false: fake money is for development only");
        if (!(wanted ?? settings.IsDevelopment) || settings.Role != HostRole.All) return fakes;

        fakes.server = await FakeGatewayServer.Start(new FakeGatewayOptions
        {
            Notify = gateway => new Uri(fakes.portal ?? throw new HttpRequestException("The portal has not started yet."), NotificationPath + gateway),
        });
        configuration.AddInMemoryCollection(fakes.server.Settings);
        return fakes;
    }

    /// <summary>From now on they notify.</summary>
    public void Notify(WebApplication app)
    {
        if (app.Urls.FirstOrDefault() is { } url) portal = new UriBuilder(BindingAddress.Parse(url).Scheme, "localhost", BindingAddress.Parse(url).Port).Uri;
    }

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
