using System.Net;
using System.Text.Json;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Api;

/// <summary>The runtime's dashboard, which by itself answers anyone.</summary>
public sealed class DashboardTests(ApiHost api, ITestOutputHelper output) : ApiTest(api, output)
{
    private static readonly string[] page = ["", "/", "/index.html", "/index.min.js", "/index.css", "/favicon.ico"];
    private static readonly string[] data = ["/version", "/DashboardCounters", "/ClusterStats", "/Reminders", "/Reminders/1", "/TopGrainMethods", "/LifecycleStages", "/GrainTypes"];
    private static readonly string[] others = ["/fonts/none.woff2", "/img/none.png", "/HistoricalStats/none", "/SiloProperties/none", "/SiloMetadata/none", "/SiloStats/none", "/SiloCounters/none", "/GrainStats/none", "/GrainState?grainId=1&grainType=none", "/Trace"];

    [Fact]
    public async Task Its_page_its_assets_and_its_data_are_401_to_anyone_403_to_a_tenant_and_200_to_an_operator()
    {
        var (stranger, tenant, ops) = (Stranger(), await NewTenant(), await NewOperator());
        await Judge(stranger, tenant, ops);
        // What an operator gets where there is nothing is the dashboard's affair.
        foreach (var route in others)
        {
            Assert.Equal((route, HttpStatusCode.Unauthorized), (route, await Status(stranger, route)));
            Assert.Equal((route, HttpStatusCode.Forbidden), (route, await Status(tenant, route)));
        }
    }

    [Fact]
    public async Task Its_stream_of_logs_is_off_for_operators_too() => Assert.Equal(HttpStatusCode.Forbidden, await Status(await NewOperator(), "/Trace"));

    /// <summary>The same of any portal: its page, its assets, its data, also of one silo and of one kind of grain.</summary>
    internal static async Task Judge(PortalCaller stranger, PortalCaller tenant, PortalCaller ops)
    {
        var counters = await ops.Get<JsonElement>("/dashboard/DashboardCounters");
        var silo = counters.GetProperty("hosts")[0].GetProperty("siloAddress").GetString()!;
        var grain = counters.GetProperty("simpleGrainStats")[0].GetProperty("grainType").GetString()!;
        string[] ofOne = [$"/HistoricalStats/{silo}", $"/SiloProperties/{silo}", $"/SiloStats/{silo}", $"/SiloCounters/{silo}", $"/GrainStats/{grain}"];
        foreach (var route in page.Concat(data).Concat(ofOne))
        {
            Assert.Equal((route, HttpStatusCode.Unauthorized), (route, await Status(stranger, route)));
            Assert.Equal((route, HttpStatusCode.Forbidden), (route, await Status(tenant, route)));
            Assert.Equal((route, HttpStatusCode.OK), (route, await Status(ops, route)));
        }
    }

    private static async Task<HttpStatusCode> Status(PortalCaller caller, string route)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/dashboard{route}");
        using var answer = await caller.Send(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }
}
