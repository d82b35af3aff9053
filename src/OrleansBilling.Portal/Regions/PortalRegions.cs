using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Portal.Errors;

namespace OrleansBilling.Portal.Regions;

/// <summary>
/// The regions by the host names of their portals. Settings: <c>Regions:{code}:PortalHosts</c> and <c>Regions:{code}:TimeZone</c>, over
/// the defaults here; other codes are further regions.
/// </summary>
internal sealed class PortalRegions
{
    private static readonly PortalRegion[] defaults =
    [
        new("vn", ["vn.localhost", "ai.fptcloud.com"], "Asia/Ho_Chi_Minh"),
        new("jp", ["jp.localhost", "ai.fptcloud.jp"], "Asia/Tokyo"),
    ];

    private readonly Dictionary<string, PortalRegion> byHost = [];

    public PortalRegions(IConfiguration configuration)
    {
        var settings = configuration.GetSection("Regions");
        var codes = defaults.Select(region => region.Code).Union(settings.GetChildren().Select(child => child.Key.ToLowerInvariant()));
        All = [.. codes.Select(code => Read(code, settings.GetSection(code)))];
        foreach (var region in All)
            foreach (var host in region.Hosts)
                if (!byHost.TryAdd(host, region))
                    throw new InvalidOperationException($"Regions: the host '{host}' belongs to '{byHost[host].Code}' and '{region.Code}'; it names only one.");
    }

    public IReadOnlyList<PortalRegion> All { get; }

    /// <summary>The region of the request's host, whatever the port; null when it names none.</summary>
    public PortalRegion? Find(HttpContext context) => byHost.GetValueOrDefault(context.Request.Host.Host.ToLowerInvariant());

    public ProblemHttpResult Unknown(HttpContext context) => Problem.Of(
        StatusCodes.Status421MisdirectedRequest,
        "unknown_region",
        $"The host '{context.Request.Host.Host}' names no region: the API of a region answers at its own hosts.",
        ("regions", All.ToDictionary(region => region.Code, region => region.Hosts)));

    private static PortalRegion Read(string code, IConfigurationSection section)
    {
        var given = defaults.FirstOrDefault(region => region.Code == code) ?? new(code, [], "Etc/UTC");
        var hosts = section.GetSection("PortalHosts").Get<string[]>();
        return new(code, hosts is { Length: > 0 } ? [.. hosts.Select(host => host.ToLowerInvariant())] : given.Hosts, section["TimeZone"] ?? given.TimeZone);
    }
}
