using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansBilling.Cluster.Tests.Pricing;

/// <summary>A source of exchange rates on loopback, in the test's hands.</summary>
internal sealed class PublishedRates : IAsyncDisposable
{
    private readonly WebApplication server;
    private int asked;

    private PublishedRates()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.MapGet("/rates.csv", async context =>
        {
            Interlocked.Increment(ref asked);
            context.Response.StatusCode = Statuses.TryDequeue(out var status) ? status : 200;
            if (context.Response.StatusCode == 302) context.Response.Headers.Location = "/elsewhere.csv";
            if (context.Response.StatusCode == 200) await context.Response.WriteAsync(Text);
        });
        server.MapGet("/elsewhere.csv", context => context.Response.WriteAsync(Text));
    }

    public static async Task<PublishedRates> Start(string text = "")
    {
        var source = new PublishedRates { Text = text };
        await source.server.StartAsync();
        return source;
    }

    public string Text { get; set; } = "";

    /// <summary>What it answers first; 200 when there are no more.</summary>
    public ConcurrentQueue<int> Statuses { get; } = new();

    public int Asked => asked;

    public string Address => $"{server.Urls.Single()}/rates.csv";

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
