using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Api;

/// <summary>One host for all tests of the API, each with tenants of its own.</summary>
public sealed class ApiHost : IAsyncLifetime
{
    internal BillingHost Host { get; private set; } = null!;

    public async Task InitializeAsync() =>
        Host = await BillingHost.Run("SignIn:PerMinute=10000", "Operators:SignInsPerMinute=10000", "Vouchers:PerMinute=100000", "Platform:Create=00:00:00.5", "Platform:Start=00:00:00.5", "Platform:Stop=00:00:00.5");

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

[CollectionDefinition(nameof(ApiHost))]
public sealed class ApiHostOfAll : ICollectionFixture<ApiHost>;

/// <summary>A test at the shared host. The host's log is its output, which the runner shows when it fails.</summary>
[Collection(nameof(ApiHost))]
public abstract class ApiTest(ApiHost api, ITestOutputHelper output) : IDisposable
{
    protected const string Vietnam = "vn.localhost";
    protected const string Japan = "jp.localhost";

    private readonly List<PortalCaller> callers = [];

    private protected BillingHost Host => api.Host;

    /// <summary>Somebody who is not signed in.</summary>
    private protected PortalCaller Stranger(string portal = Vietnam)
    {
        var caller = new PortalCaller(api.Host, portal);
        callers.Add(caller);
        return caller;
    }

    /// <summary>A tenant whom nobody else uses.</summary>
    private protected async Task<PortalCaller> NewTenant(string portal = Vietnam, string? email = null)
    {
        var caller = Stranger(portal);
        await caller.SignIn(email ?? NewEmail());
        return caller;
    }

    private protected async Task<PortalCaller> NewOperator(string portal = Vietnam)
    {
        var caller = Stranger(portal);
        await caller.SignInAsOperator(api.Host);
        return caller;
    }

    protected static string NewEmail() => $"{Guid.NewGuid():N}@example.com";

    public void Dispose()
    {
        foreach (var caller in callers) caller.Dispose();
        output.WriteLine(api.Host.Log);
        GC.SuppressFinalize(this);
    }
}
