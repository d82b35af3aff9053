using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using OrleansBilling.Client;
using OrleansBilling.Portal;

namespace OrleansBilling.EndToEnd.Tests.Api;

/// <summary>How long an operator stays signed in, on a clock of the test's own: the only portal that is not a process of its own.</summary>
public sealed class OperatorSessionTests : IAsyncLifetime, IDisposable
{
    private readonly Clock clock = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { CookieContainer = new CookieContainer() });
    private WebApplication portal = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection([new("Urls", "http://127.0.0.1:0"), new("Operators:Key", "shared")]);
        builder.Logging.ClearProviders();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddSingleton(DispatchProxy.Create<IBillingClient, NoCluster>());
        builder.Services.AddBillingPortal(builder.Configuration);
        builder.Services.PostConfigureAll<CookieAuthenticationOptions>(cookie => cookie.TimeProvider = clock);
        portal = builder.Build();
        portal.UseBillingPortal();
        portal.MapBillingPortal();
        await portal.StartAsync();
        http.BaseAddress = new Uri(portal.Urls.Single());
    }

    [Fact]
    public async Task A_session_goes_on_while_it_is_used_and_ends_twelve_hours_after_the_sign_in_all_the_same()
    {
        await SignIn();
        for (var hour = 0; hour < 11; hour++)
        {
            clock.Now += TimeSpan.FromHours(1);
            Assert.Equal(HttpStatusCode.OK, await Status());
        }
        clock.Now += TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1);
        Assert.Equal(HttpStatusCode.OK, await Status());
        clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(HttpStatusCode.Unauthorized, await Status());
        await SignIn();
        Assert.Equal(HttpStatusCode.OK, await Status());
    }

    [Fact]
    public async Task A_session_that_nobody_uses_ends_after_eight_hours()
    {
        await SignIn();
        clock.Now += TimeSpan.FromHours(8) + TimeSpan.FromSeconds(1);
        Assert.Equal(HttpStatusCode.Unauthorized, await Status());
    }

    public async Task DisposeAsync() => await portal.DisposeAsync();

    public void Dispose() => http.Dispose();

    private async Task SignIn()
    {
        using var answer = await http.PostAsJsonAsync("/operator/session", new { name = "grace", key = "shared" });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task<HttpStatusCode> Status()
    {
        using var answer = await http.GetAsync(new Uri("/operator/session", UriKind.Relative));
        return answer.StatusCode;
    }

    /// <summary>Nobody asks for one.</summary>
    public class NoCluster : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new NotSupportedException();
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 29, 8, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
