using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using OrleansBilling.Payments;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.Payments;

namespace OrleansBilling.Portal;

/// <summary>
/// How often an address may try to sign in, how often a tenant may try a code, how many streams of changes and statements a tenant may hold, how many notifications a gateway's address may
/// send, and how many payments a tenant may begin. Settings <c>Operators:SignInsPerMinute</c> (10), <c>SignIn:PerMinute</c> (60), <c>Vouchers:PerMinute</c> (60),
/// <c>Events:StreamsPerTenant</c> (20), <c>Payments:NotificationsPerMinute</c> (600), <c>Payments:StartsPerMinute</c> (20).
/// </summary>
internal static class RateLimits
{
    public const string OperatorSignIn = "operator-sign-in";
    public const string TenantSignIn = "tenant-sign-in";
    public const string Streams = "streams";
    public const string Notifications = "notifications";
    public const string Vouchers = "vouchers";
    public const string Payments = "payments";

    public static void AddRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        var operatorSignIns = configuration.GetValue("Operators:SignInsPerMinute", 10);
        var tenantSignIns = configuration.GetValue("SignIn:PerMinute", 60);
        var streams = configuration.GetValue("Events:StreamsPerTenant", 20);
        var notifications = configuration.GetValue("Payments:NotificationsPerMinute", 600);
        var vouchers = configuration.GetValue("Vouchers:PerMinute", 60);
        var payments = configuration.GetValue("Payments:StartsPerMinute", 20);
        services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(OperatorSignIn, context => PerMinute(Address(context), operatorSignIns));
            limiter.AddPolicy(TenantSignIn, context => PerMinute(Address(context), tenantSignIns));
            limiter.AddPolicy(Notifications, context => PerMinute(Address(context), notifications));
            limiter.AddPolicy(Payments, context => PerMinute(Tenant(context), payments));
            limiter.AddPolicy(Vouchers, context => PerMinute(Tenant(context), vouchers));
            limiter.AddPolicy(Streams, context => RateLimitPartition.GetConcurrencyLimiter(
                Tenant(context), _ => new ConcurrencyLimiterOptions { PermitLimit = streams }));
            limiter.OnRejected = async (rejected, _) =>
            {
                rejected.HttpContext.Response.Headers.RetryAfter = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait)
                    ? Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture)
                    : "10";
                await Refusal(rejected.HttpContext).ExecuteAsync(rejected.HttpContext);
            };
        });
    }

    // A gateway that answers by codes of its own understands them alone: VNPAY brings again what was answered by one, and nothing else.
    private static IResult Refusal(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName == Notifications && context.GetRouteValue("gateway") is string gateway
        && GatewayAnswer.NotStored(gateway).Status == StatusCodes.Status200OK
            ? NotificationEndpoints.NotStored(gateway)
            : Problem.OfStatus(StatusCodes.Status429TooManyRequests);

    private static IPAddress Address(HttpContext context) => context.Connection.RemoteIpAddress ?? IPAddress.None;

    // Behind authorization: a session names both.
    private static string Tenant(HttpContext context) => $"{context.User.FindFirst("region")?.Value}/{context.User.FindFirst("tenant")?.Value}";

    private static RateLimitPartition<T> PerMinute<T>(T whom, int permits) => RateLimitPartition.GetFixedWindowLimiter(
        whom,
        _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = TimeSpan.FromMinutes(1) });
}
