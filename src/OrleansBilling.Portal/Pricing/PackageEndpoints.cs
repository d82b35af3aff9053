using OrleansBilling.Client;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.Pricing;

/// <summary>What the region offers.</summary>
internal static class PackageEndpoints
{
    public static void MapPackages(this IEndpointRouteBuilder tenant) =>
        tenant.MapGet("/packages", Read).WithTags("Packages").Produces<PackageView[]>()
            .WithSummary("The packages of this region with their prices, in other currencies at the exchange rate in force and with its date; a price that is not published by the provider says so in `assumption`.");

    // Who has set a price is nothing for tenants.
    private static async Task<PackageView[]> Read(PortalRegion region, IBillingClient billing, CancellationToken cancellation) =>
        [.. (await billing.GetPackages(region.Code, cancellation)).Select(package => package with { Versions = [.. package.Versions.Select(version => version with { By = "" })] })];
}
