using System.Globalization;
using System.Text.Json;

namespace OrleansBilling.EndToEnd.Tests.Portal;

/// <summary>
/// Pays the smallest amount again and again while other things happen to the host, and repeats under the same key what got no answer,
/// as every caller of money calls must. Knows afterwards what was confirmed.
/// </summary>
internal sealed class SteadyPayer
{
    private readonly PortalCaller tenant;
    private readonly Dictionary<string, long> confirmed = [];
    private readonly Task paying;
    private volatile bool enough;

    public SteadyPayer(PortalCaller tenant)
    {
        this.tenant = tenant;
        paying = Task.Run(Pay);
    }

    /// <summary>Ends it with a confirmed payment; returns the entries that were confirmed, by their operation.</summary>
    public async Task<IReadOnlyDictionary<string, long>> Stop()
    {
        enough = true;
        await paying;
        return confirmed;
    }

    /// <summary>M5, M13: every payment that was confirmed is in the ledger where it was said to be, and none is there twice.</summary>
    public static void Verify(IReadOnlyDictionary<string, long> confirmed, EntryAnswer[] ledger)
    {
        Assert.NotEmpty(confirmed);
        var payments = ledger.Where(entry => entry.Kind == "credit" && entry.Change.Micros == 1).ToDictionary(entry => entry.Operation, entry => entry.Number);
        Assert.Equal(confirmed.OrderBy(payment => payment.Value), payments.OrderBy(payment => payment.Value));
    }

    private async Task Pay()
    {
        for (var i = 0; !enough; i++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"payment-{i}");
            while (!await IsConfirmed(key)) await Task.Delay(50);
            await Task.Delay(100);
        }
    }

    private async Task<bool> IsConfirmed(string key)
    {
        try
        {
            using var answer = await tenant.Send(HttpMethod.Post, "/api/top-ups", new { amount = "0.000001", currency = "USD" }, key);
            var text = await answer.Content.ReadAsStringAsync();
            if (!answer.IsSuccessStatusCode)
            {
                Assert.True((int)answer.StatusCode >= 500, $"A payment was refused: {text}");
                return false; // whether it was done is unknown
            }
            var posted = JsonSerializer.Deserialize<PostingAnswer>(text, PortalJson.Options)!;
            confirmed.Add(posted.Operation, posted.EntryNumber!.Value);
            return true;
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException or TaskCanceledException)
        {
            return false; // it may have been done or not
        }
    }
}
