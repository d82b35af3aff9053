using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansBilling.EndToEnd.Tests.Alerts;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Telemetry;

/// <summary>A collector that takes OTLP over HTTP, as protobuf, and keeps all of it. Field numbers are those of opentelemetry-proto 1.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Signal, ProtobufMessage Message)> taken = new();
    private readonly WebApplication server;

    private OtlpCollector(WebApplication server, string address) => (this.server, Address) = (server, address);

    public string Address { get; }

    public static async Task<OtlpCollector> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{LoopbackPorts.Next()}");
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        var collector = new OtlpCollector(builder.Build(), address);
        collector.server.MapPost("/v1/{signal}", collector.Take);
        await collector.server.StartAsync();
        return collector;
    }

    /// <summary>Metrics, as often as they came.</summary>
    public Metric[] Metrics => [.. Of("metrics").SelectMany(request => request.All(1, 2, 2)).Select(metric => new Metric(metric))];

    public Span[] Spans =>
    [
        .. from resource in Of("traces").SelectMany(request => request.All(1))
           let process = resource.All(1).Single().Attributes(1)["service.instance.id"]
           from span in resource.All(2, 2)
           select new Span(process, span.Text(5), span.Hex(1), span.Hex(2), span.Hex(4), [.. span.All(13).Select(link => (link.Hex(1), link.Hex(2)))], span.Attributes(9)),
    ];

    /// <summary>From each transaction of the ledger the way back to where its trace begins, as far as it has come.</summary>
    public IEnumerable<Span[]> WaysOfCommits
    {
        get
        {
            var known = Spans.DistinctBy(span => (span.Trace, span.Id)).ToDictionary(span => (span.Trace, span.Id));
            return known.Values.Where(span => span.Name == "ledger.commit").Select(Back);

            Span[] Back(Span span)
            {
                List<Span> way = [span];
                while (known.TryGetValue((way[^1].Trace, way[^1].Parent), out var before)) way.Add(before);
                return [.. way];
            }
        }
    }

    public LogLine[] Logs => [.. Of("logs").SelectMany(request => request.All(1, 2, 2)).Select(line => new LogLine(line.All(5).Select(body => body.Text(1)).FirstOrDefault() ?? "", line.Attributes(6)))];

    /// <summary>Hears of metrics as they come.</summary>
    public Action<ProtobufMessage>? Metering { get; set; }

    /// <summary>All series that came, as Prometheus has them, as often as they came.</summary>
    public IEnumerable<(string Name, SortedDictionary<string, string> Labels, double Value)> Series => Of("metrics").SelectMany(AsPrometheus.Of);

    /// <summary>The names under which Prometheus has what came.</summary>
    public HashSet<string> NamesInPrometheus => [.. Series.Select(series => series.Name)];

    /// <summary>All that came of a signal, as text where it is text.</summary>
    public string Everything(string signal) => string.Concat(Of(signal));

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task Take(string signal, HttpRequest request, HttpResponse response)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        Assert.Equal("application/x-protobuf", request.ContentType);
        var message = new ProtobufMessage(body.ToArray());
        taken.Enqueue((signal, message));
        if (signal == "metrics") Metering?.Invoke(message);
        response.ContentType = "application/x-protobuf"; // with nothing in it: all was taken
    }

    private IEnumerable<ProtobufMessage> Of(string signal) => taken.Where(request => request.Signal == signal).Select(request => request.Message);
}

/// <param name="Process">Whose it is, by its <c>service.instance.id</c>.</param>
/// <param name="Name">What it is.</param>
/// <param name="Trace">The trace to which it belongs.</param>
/// <param name="Id">Its own.</param>
/// <param name="Parent">What led to it; empty: nothing did.</param>
/// <param name="Links">What else led to it.</param>
/// <param name="Attributes">What it says of itself.</param>
internal sealed record Span(string Process, string Name, string Trace, string Id, string Parent, (string Trace, string Span)[] Links, Dictionary<string, string> Attributes);

internal sealed record LogLine(string Body, Dictionary<string, string> Attributes);

internal sealed class Metric(ProtobufMessage metric)
{
    public string Name { get; } = metric.Text(1);

    /// <summary>The labels of its points, whichever kind of metric it is: gauge, sum, histogram.</summary>
    public Dictionary<string, string>[] Labels { get; } = [.. metric.All(5, 1).Concat(metric.All(7, 1)).Select(point => point.Attributes(7)), .. metric.All(9, 1).Select(point => point.Attributes(9))];

    /// <summary>The values of a gauge or a sum of whole numbers.</summary>
    public long[] Values { get; } = [.. metric.All(5, 1).Concat(metric.All(7, 1)).Select(point => unchecked((long)(point.Number(6) ?? 0)))];

    public override string ToString() => metric.ToString();
}
