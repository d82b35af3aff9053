using System.Text.Json;
using OrleansBilling.Contracts.Balances;

namespace OrleansBilling.Portal.Events;

/// <summary>Writes changes in the form of server-sent events, and a comment where nothing changes, so that proxies keep the stream open.</summary>
internal sealed class EventStream(HttpResponse response, JsonSerializerOptions json)
{
    private static readonly TimeSpan quiet = TimeSpan.FromSeconds(15);

    public async Task Write(IAsyncEnumerable<ChangesView> changes, CancellationTokenSource ending)
    {
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no";
        await Send(": open\nretry: 2000\n\n", ending.Token);

        var next = changes.GetAsyncEnumerator(ending.Token);
        var arrival = next.MoveNextAsync().AsTask();
        try
        {
            for (; await Arrived(arrival, ending.Token); arrival = next.MoveNextAsync().AsTask())
            {
                // JSON as it is written here has no line breaks, which would end the event.
                await Send($"id: {next.Current.Change}\nevent: changes\ndata: {JsonSerializer.Serialize(next.Current, json)}\n\n", ending.Token);
            }
        }
        finally
        {
            // An enumerator must not be disposed of while it waits for its next element.
            await ending.CancelAsync();
            await ((Task)arrival).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await next.DisposeAsync();
        }
    }

    private async Task<bool> Arrived(Task<bool> arrival, CancellationToken ending)
    {
        while (await Task.WhenAny(arrival, Task.Delay(quiet, TimeProvider.System, ending)) != arrival)
        {
            ending.ThrowIfCancellationRequested();
            await Send(": nothing new\n\n", ending);
        }
        return await arrival;
    }

    private async Task Send(string text, CancellationToken ending)
    {
        await response.WriteAsync(text, ending);
        await response.Body.FlushAsync(ending);
    }
}
