using System.Globalization;
using System.Net;
using System.Text.Json;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Telemetry;

/// <summary>Asks a host what a supervisor asks.</summary>
internal static class Health
{
    /// <summary>The answer to <c>live</c> or <c>ready</c>; its body where it is JSON.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement? Answer)> Of(BillingHost host, string question)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var answer = await http.GetAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{host.HttpPort}/health/{question}")));
        var isJson = answer.Content.Headers.ContentType?.MediaType == "application/json";
        return (answer.StatusCode, isJson ? JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()) : null);
    }
}
