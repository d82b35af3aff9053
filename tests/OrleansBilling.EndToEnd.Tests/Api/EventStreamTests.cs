using System.Globalization;
using System.Text.Json;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Api;

public sealed class EventStreamTests(ApiHost api, ITestOutputHelper output) : ApiTest(api, output)
{
    [Fact]
    public async Task Changes_come_as_they_happen_and_the_stream_resumes_after_the_last_event_seen()
    {
        var tenant = await NewTenant();
        await tenant.TopUp("1.00");
        long last;
        using (var stream = await Listen(tenant, after: null))
        {
            var all = await Next(stream); // everything there is
            Assert.Equal([1L], all.Entries.Select(entry => entry.Number));
            var coming = Next(stream);
            await tenant.TopUp("2.00");
            var next = await coming;
            Assert.Equal([2L], next.Entries.Select(entry => entry.Number));
            Assert.True(next.Change > all.Change);
            last = next.Change;
        }

        await tenant.TopUp("3.00"); // while nobody listens
        await tenant.TopUp("4.00");
        using (var stream = await Listen(tenant, after: last))
        {
            var missed = await Next(stream);
            Assert.Equal([3L, 4], missed.Entries.Select(entry => entry.Number));
            Assert.True(missed.Change > last);
            Assert.Equal("10.000000", missed.Balance.Total.ToString());
        }
    }

    [Fact]
    public async Task A_last_event_that_is_no_number_is_refused()
    {
        var tenant = await NewTenant();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events");
        request.Headers.Add("Last-Event-ID", "yesterday");
        using var answer = await tenant.Send(request);
        var refusal = await PortalCaller.RefusalOf(answer);
        Assert.Equal((400, "invalid_query"), (refusal.Status, refusal.Code));
    }

    private static async Task<StreamReader> Listen(PortalCaller tenant, long? after)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events");
        if (after is { } number) request.Headers.Add("Last-Event-ID", number.ToString(CultureInfo.InvariantCulture));
        var answer = await tenant.Send(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new StreamReader(await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event of the stream, comments left out; its id is its change number.</summary>
    private static async Task<ChangesAnswer> Next(StreamReader stream)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var fields = new Dictionary<string, string>();
        while (true)
        {
            var line = await stream.ReadLineAsync(limit.Token) ?? throw new EndOfStreamException("The stream ended.");
            if (line.Length == 0 && fields.ContainsKey("data")) break;
            if (line.Split(": ", 2) is [{ Length: > 0 } name, var value]) fields[name] = value;
        }
        Assert.Equal("changes", fields["event"]);
        var changes = JsonSerializer.Deserialize<ChangesAnswer>(fields["data"], PortalJson.Options)!;
        Assert.Equal(changes.Change.ToString(CultureInfo.InvariantCulture), fields["id"]);
        return changes;
    }
}
