using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace OrleansBilling.Cluster.Tests.Notices;

/// <summary>What arrived at an endpoint.</summary>
internal sealed record Received(string Path, string Id, string Timestamp, string Signature, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Type => Json.GetProperty("type").GetString()!;

    /// <summary>Whether one of its signatures is of the secret: the check that the standard describes, in the test's own words.</summary>
    public bool IsSignedBy(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}")));
        return Signature.Split(' ').Contains(expected);
    }
}

/// <summary>An endpoint of a tenant, over real HTTP on this machine.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Received> received = new();
    private readonly ConcurrentQueue<int> answers = new();
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication app;

    private WebhookReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(Take);
    }

    /// <summary>It takes what comes and says nothing, until it ends.</summary>
    public bool IsDead { get; set; }

    /// <summary>What it says besides the status; null: what everybody says.</summary>
    public string? Phrase { get; set; }

    public IReadOnlyList<Received> All => [.. received];

    public string Address => $"{app.Urls.Single()}/hooks";

    public int Port => new Uri(Address).Port;

    public static async Task<WebhookReceiver> Start()
    {
        var receiver = new WebhookReceiver();
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>What the next ones are answered; those after them 204.</summary>
    public void Answer(params int[] statuses)
    {
        foreach (var status in statuses) answers.Enqueue(status);
    }

    public async ValueTask DisposeAsync()
    {
        released.TrySetResult();
        await app.DisposeAsync();
    }

    private async Task Take(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        received.Enqueue(new Received(context.Request.Path, Of("webhook-id"), Of("webhook-timestamp"), Of("webhook-signature"), body));
        if (IsDead) await released.Task;
        context.Response.StatusCode = answers.TryDequeue(out var status) ? status : 204;
        if (Phrase is not null) context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = Phrase;
        if (context.Response.StatusCode == 302) context.Response.Headers.Location = "/elsewhere";

        string Of(string header) => context.Request.Headers[header].ToString();
    }
}
