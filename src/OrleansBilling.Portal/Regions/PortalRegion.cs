using OrleansBilling.Portal.Errors;

namespace OrleansBilling.Portal.Regions;

/// <summary>A region as its portal knows it (policy 1.2).</summary>
/// <param name="Code">Its code.</param>
/// <param name="Hosts">The names under which its portal is reached, without port, in lower case.</param>
/// <param name="TimeZone">Its IANA time zone, in which people are shown instants.</param>
internal sealed record PortalRegion(string Code, IReadOnlyList<string> Hosts, string TimeZone)
{
    /// <summary>The region of the request's host.</summary>
    public static ValueTask<PortalRegion?> BindAsync(HttpContext context)
    {
        var regions = context.RequestServices.GetRequiredService<PortalRegions>();
        return new(regions.Find(context) ?? throw new RefusedException(regions.Unknown(context)));
    }
}
