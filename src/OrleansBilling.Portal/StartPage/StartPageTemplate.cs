using System.Text.Encodings.Web;
using OrleansBilling.Portal.Regions;

namespace OrleansBilling.Portal.StartPage;

/// <summary><c>start.html</c> with its blanks: <c>{{name}}</c>. All that goes in is encoded here.</summary>
internal sealed class StartPageTemplate
{
    private readonly string html = Read();

    public string Fill(HttpRequest request, PortalRegions regions, DevelopmentFeatures development, string nonce)
    {
        var here = regions.Find(request.HttpContext);
        var local = here is null || request.Host.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        var links = regions.All.Where(region => region.Hosts.Count > 0).Select(region => (region.Code, Address: Address(region, request, local))).ToList();
        var example = here is null ? links.FirstOrDefault().Address : Origin(request, request.Host.Host);
        return html
            .Replace("{{nonce}}", nonce, StringComparison.Ordinal)
            .Replace("{{region}}", Text(here?.Code ?? ""), StringComparison.Ordinal)
            .Replace("{{timeZone}}", Text(here?.TimeZone ?? ""), StringComparison.Ordinal)
            .Replace("{{development}}", development is { SignIn: true, Payments: true } ? "" : "hidden", StringComparison.Ordinal)
            .Replace("{{console}}", here is null ? "hidden" : "", StringComparison.Ordinal)
            .Replace("{{origin}}", Text(example ?? ""), StringComparison.Ordinal)
            .Replace("{{package}}", here?.Code == "jp" ? "1xH200" : "1xH100", StringComparison.Ordinal)
            .Replace("{{regions}}", string.Concat(links.Select(link => Item(link.Code, link.Address, link.Code == here?.Code))), StringComparison.Ordinal);
    }

    private static string Item(string code, string address, bool isHere) =>
        $"<li><a href=\"{Text(address)}/\">{Text(code)}</a> <span>{Text(address)}</span>{(isHere ? " <strong>you are here</strong>" : "")}</li>";

    // Names under .localhost reach this machine wherever it is; other names are those of the real portals.
    private static string Address(PortalRegion region, HttpRequest request, bool local) =>
        Origin(request, region.Hosts.FirstOrDefault(host => host.EndsWith(".localhost", StringComparison.Ordinal) == local) ?? region.Hosts[0]);

    private static string Origin(
        HttpRequest request, string host) => $"{request.Scheme}://{(request.Host.Port is { } port ? $"{host}:{port}" : host)}";

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);

    private static string Read()
    {
        using var stream = typeof(StartPageTemplate).Assembly.GetManifestResourceStream("start.html")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
