using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using OrleansBilling.Portal.Errors;

namespace OrleansBilling.Portal;

/// <summary>
/// How often an address may try to sign in or to redeem a code, and how many streams of changes a tenant may hold, and how many notifications a gateway's address may send.
/// Settings <c>Operators:SignInsPerMinute</c> (10), <c>SignIn:PerMinute</c> (60), <c>Vouchers:PerMinute</c> (60), <c>Events:StreamsPerTenant</c> (20),
/// <c>Payments:NotificationsPerMinute</c> (600).
/// </summary>
internal static class RateLimits
{
    public const string OperatorSignIn = "operator-sign-in";
    public const string TenantSignIn = "tenant-sign-in";
    public const string Streams = "streams";
    public const string Notifications = "notifications";
    public const string Vouchers = "vouchers";

    public static void AddRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        var operatorSignIns = configuration.GetValue("Operators:SignInsPerMinute", 10);
        var tenantSignIns = configuration.GetValue("SignIn:PerMinute", 60);
        var streams = configuration.GetValue("Events:StreamsPerTenant", 20);
        var notifications = configuration.GetValue("Payments:NotificationsPerMinute", 600);
        var vouchers = configuration.GetValue("Vouchers:PerMinute", 60);
        services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(OperatorSignIn, context => PerMinute(context, operatorSignIns));
            limiter.AddPolicy(TenantSignIn, context => PerMinute(context, tenantSignIns));
            limiter.AddPolicy(Notifications, context => PerMinute(context, notifications));
            limiter.AddPolicy(Vouchers, context => PerMinute(context, vouchers));
            limiter.AddPolicy(Streams, context => RateLimitPartition.GetConcurrencyLimiter(
                $"{context.Request.Host.Host}/{context.User.FindFirst("tenant")?.Value}", _ => new ConcurrencyLimiterOptions { PermitLimit = streams }));
            limiter.OnRejected = async (rejected, _) =>
            {
                rejected.HttpContext.Response.Headers.RetryAfter = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait)
                    ? Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture)
                    : "10";
                await Problem.OfStatus(StatusCodes.Status429TooManyRequests).ExecuteAsync(rejected.HttpContext);
            };
        });
    }

    private static RateLimitPartition<IPAddress> PerMinute(HttpContext context, int permits) => RateLimitPartition.GetFixedWindowLimiter(
        context.Connection.RemoteIpAddress ?? IPAddress.None,
        _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = TimeSpan.FromMinutes(1) });
}
