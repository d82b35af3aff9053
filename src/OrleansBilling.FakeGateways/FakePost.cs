using System.Collections.Concurrent;

namespace OrleansBilling.FakeGateways;

/// <summary>
/// Brings notifications, as gateways do: until they are accepted, and as <see cref="FakeBehaviour"/> has it. What was sent once can be sent again at any time.
/// </summary>
public sealed class FakePost(FakeGatewayOptions options) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentQueue<Delivery> deliveries = new();
    private readonly ConcurrentQueue<Letter> sent = new();
    private readonly ConcurrentDictionary<Task, byte> underWay = new();
    private readonly Lock turn = new();
    private Letter? held;

    /// <summary>How notifications misbehave from now on.</summary>
    public FakeBehaviour Behaviour { get; set; } = new();

    /// <summary>Every attempt so far.</summary>
    public IReadOnlyCollection<Delivery> Deliveries => deliveries;

    /// <summary>Sends everything about a payment once more.</summary>
    public void Repeat(string payment)
    {
        foreach (var letter in sent.Where(letter => letter.Payment == payment)) Begin(letter);
    }

    /// <summary>Waits until everything that is to be sent was accepted or given up.</summary>
    public async Task Settled()
    {
        lock (turn)
        {
            if (held is { } last) Begin(last);
            held = null;
        }
        while (!underWay.IsEmpty) await Task.WhenAll(underWay.Keys);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ending.Cancel();
        http.Dispose();
    }

    internal void Send(Letter letter)
    {
        sent.Enqueue(letter);
        var behaviour = Behaviour;
        if (behaviour.Silent || options.Notify is null) return;
        lock (turn)
        {
            if (behaviour.Reordered && held is null)
            {
                held = letter;
                return;
            }
            for (var copy = 0; copy < behaviour.Copies; copy++) Begin(letter);
            if (held is not { } overtaken) return;
            held = null;
            Begin(overtaken, after: TimeSpan.FromMilliseconds(200));
        }
    }

    private void Begin(Letter letter, TimeSpan after = default)
    {
        var bringing = Task.Run(() => Bring(letter, TimeSpan.FromSeconds(Behaviour.DelaySeconds) + after));
        underWay.TryAdd(bringing, 0);
        bringing.ContinueWith(done => underWay.TryRemove(done, out _), TaskScheduler.Default);
    }

    private async Task Bring(Letter letter, TimeSpan wait)
    {
        try
        {
            for (var attempt = 0; attempt < options.Attempts; attempt++)
            {
                await Task.Delay(attempt == 0 ? wait : options.RepeatAfter, ending.Token);
                if (await Attempt(letter)) return;
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The gateways end.
        }
    }

    private async Task<bool> Attempt(Letter letter)
    {
        try
        {
            // Signed anew at each attempt, as the real ones do.
            using var request = letter.Write(options.Notify!(letter.Gateway));
            using var response = await http.SendAsync(request, ending.Token);
            var body = await response.Content.ReadAsStringAsync(ending.Token);
            deliveries.Enqueue(new Delivery(letter.Gateway, letter.Payment, letter.What, (int)response.StatusCode, body));
            return letter.IsAccepted((int)response.StatusCode, body);
        }
        catch (Exception unheard) when (unheard is HttpRequestException || (unheard is OperationCanceledException && !ending.IsCancellationRequested))
        {
            deliveries.Enqueue(new Delivery(letter.Gateway, letter.Payment, letter.What, 0, unheard.Message));
            return false;
        }
    }
}

/// <summary>A notification to be brought.</summary>
internal sealed record Letter(string Gateway, string Payment, string What, Func<Uri, HttpRequestMessage> Write, Func<int, string, bool> IsAccepted)
{
    /// <summary>Accepted by any 2xx.</summary>
    public static bool ByStatus(int status, string body) => status is >= 200 and < 300;
}
