using Microsoft.AspNetCore.Mvc;
using OrleansBilling.Payments.Development;
using OrleansBilling.Portal.Balances;
using OrleansBilling.Portal.Credits;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.Events;
using OrleansBilling.Portal.Json;
using OrleansBilling.Portal.Ledger;
using OrleansBilling.Portal.Notices;
using OrleansBilling.Portal.OpenApi;
using OrleansBilling.Portal.Operators;
using OrleansBilling.Portal.Payments;
using OrleansBilling.Portal.Plans;
using OrleansBilling.Portal.Pricing;
using OrleansBilling.Portal.Profiles;
using OrleansBilling.Portal.Regions;
using OrleansBilling.Portal.Sessions;
using OrleansBilling.Portal.StartPage;
using OrleansBilling.Portal.Statements;
using OrleansBilling.Portal.Vms;
using OrleansBilling.Portal.Vouchers;

namespace OrleansBilling.Portal;

/// <summary>
/// The portal: the HTTP API of every region and a start page, over an <see cref="Client.IBillingClient"/> that the host registers. The
/// host calls the three methods in their order here.
/// </summary>
public static class BillingPortal
{
    /// <summary>The authorization policy of what is for operators only: 401 for strangers, 403 for tenants.</summary>
    public const string OperatorPolicy = "operators-only";

    /// <summary>The largest body that the API reads, in bytes.</summary>
    public const int LargestBody = 64 * 1024;

    /// <summary>Registers what the portal needs, besides the billing client.</summary>
    public static IServiceCollection AddBillingPortal(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new PortalRegions(configuration));
        services.AddSingleton<PublicAddress>();
        services.AddSingleton<DevelopmentFeatures>();
        services.AddSingleton<OperatorKeys>();
        services.AddSingleton<StartPageTemplate>();
        services.AddSingleton<StatementFiles>();
        services.AddSingleton<DevelopmentGateway>();
        services.AddSessionCookies();
        services.AddRateLimits(configuration);
        services.AddExceptionHandler<ExceptionAnswers>();
        services.ConfigureHttpJsonOptions(json => PortalJson.Configure(json.SerializerOptions));
        // Also outside development: the exception says what is wrong with a body, and where.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddPortalDescription();
        return services;
    }

    /// <summary>Adds what every request passes. Comes before the endpoints, and before any other authorization.</summary>
    public static IApplicationBuilder UseBillingPortal(this IApplicationBuilder app)
    {
        app.UseSecurityHeaders();
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(status => Problem.OfStatus(status.HttpContext.Response.StatusCode).ExecuteAsync(status.HttpContext));
        app.UseRequestGuards();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        return app;
    }

    /// <summary>Maps the API, its description and the start page.</summary>
    public static IEndpointRouteBuilder MapBillingPortal(this IEndpointRouteBuilder app)
    {
        // Fails here rather than at the first request.
        app.ServiceProvider.GetRequiredService<DevelopmentFeatures>();
        app.ServiceProvider.GetRequiredService<PublicAddress>();
        app.ServiceProvider.GetRequiredService<OperatorKeys>();
        app.ServiceProvider.GetRequiredService<StatementFiles>();

        var api = app.MapGroup("/api").WithMetadata(new RequestSizeLimitAttribute(LargestBody)).Refuses(421, 500, 503);
        api.MapSessions();

        var tenant = api.MapGroup("").RequireAuthorization(SessionCookies.Tenant).Refuses(401);
        tenant.MapBalance();
        tenant.MapBillingProfile();
        tenant.MapTopUps();
        tenant.MapPayments();
        tenant.MapVouchers();
        tenant.MapPlans();
        tenant.MapPackages();
        tenant.MapVms();
        tenant.MapVmUsage();
        tenant.MapLedger();
        tenant.MapStatements();
        tenant.MapNotices();
        tenant.MapNoticeSettings();
        tenant.MapEvents();

        var operators = api.MapGroup("/operator").RequireAuthorization(OperatorPolicy).Refuses(401, 403);
        operators.MapTenants();
        operators.MapTenantCredits();
        operators.MapTenantPlans();
        operators.MapAdjustments();
        operators.MapHolds();
        operators.MapPrices();
        operators.MapRates();
        operators.MapCampaigns();
        operators.MapVoucherLocks();
        operators.MapStuckPayments();
        operators.MapTenantStatements();

        app.MapOperatorSessions();
        app.MapPaymentNotifications();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapStartPage();
        return app;
    }
}
