using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Grains.Verification;

/// <summary>What came of one balance.</summary>
/// <param name="Found">What was found.</param>
/// <param name="Entries">How many entries it has.</param>
/// <param name="Vms">How many VMs.</param>
/// <param name="Waiting">How many of them could not be compared just now.</param>
/// <param name="Payments">How many payments were compared with it.</param>
/// <param name="Elsewhere">How many top-ups and refunds are of no payment.</param>
public sealed record BalanceResult(IReadOnlyList<Finding> Found, long Entries, int Vms, int Waiting, int Payments = 0, int Elsewhere = 0);

/// <summary>Reads balance after balance, page by page, and has each judged. Changes nothing.</summary>
public sealed class LedgerVerification(ILedgerStore store, IVmHistories histories, IStoredPayments payments, IOptions<BillingOptions> options)
{
    private const int Page = 1000;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>The balances of a region, or all, of one tenant when given, by id, after one when given.</summary>
    public async IAsyncEnumerable<BalanceId> Balances(string? region = null, string? tenant = null, BalanceId? after = null)
    {
        for (var reached = after; ;)
        {
            var page = await store.BalanceIds(region, reached, Page);
            foreach (var id in page)
                if (tenant is null || id.Tenant == tenant) yield return id;
            if (page.Length < Page) yield break;
            reached = page[^1];
        }
    }

    /// <summary>Verifies one balance. What is found is found twice before it is told, so that nothing passing is.</summary>
    public async Task<BalanceResult> Verify(BalanceId id, CancellationToken cancellation = default)
    {
        var result = await Once(id, cancellation);
        if (result.Found.Count == 0) return result;
        await Task.Delay(Again, cancellation);
        var again = await Once(id, cancellation);
        return again with { Found = [.. again.Found.Where(finding => result.Found.Any(first => (first.Invariant, first.Row) == (finding.Invariant, finding.Row)))] };
    }

    /// <summary>The same, and then rests three times as long as it took.</summary>
    public async Task<BalanceResult> VerifyGently(BalanceId id, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var result = await Verify(id, cancellation);
        var pause = 3 * Stopwatch.GetElapsedTime(began);
        await Task.Delay(pause < LongestPause ? pause : LongestPause, cancellation);
        return result;
    }

    // Of a region that has gone from the settings nothing was ever converted, as far as anybody can tell.
    private async Task<PriceList> PricesOf(string region, Balance balance)
    {
        var listed = options.Value.Regions.TryGetValue(region, out var settings) ? CurrencyCode.Find(settings.Currency) : balance.Currency;
        var rows = await store.Rules(region);
        return new PriceList(listed ?? Currency.Usd, RegionRules.PackagesOf(rows), rows.Rates);
    }

    private async Task<BalanceResult> Once(BalanceId id, CancellationToken cancellation)
    {
        var (entries, waiting) = (0L, 0);
        var (invariant, row) = (Invariants.Sums, "its rows"); // what is being read
        try
        {
            (invariant, row) = (Invariants.Gateway, "its payments");
            var before = await payments.Of(id);
            (invariant, row) = (Invariants.Sums, "its rows");
            BalanceVerification judged;
            Balance balance;
            await using (var snapshot = await store.Snapshot(id))
            {
                balance = snapshot.Stored.Balance;
                judged = new BalanceVerification(snapshot.Stored, await PricesOf(id.Region, balance), options.Value.Policy);
                invariant = Invariants.Chain;
                for (var page = await Next(0); ; page = await Next(page[^1].Entry.Number))
                {
                    foreach (var (entry, hash) in page) judged.Look(entry, hash);
                    entries += page.Count;
                    if (page.Count < Page) break;
                }
                judged.End();

                Task<IReadOnlyList<(LedgerEntry Entry, byte[] Hash)>> Next(long after)
                {
                    cancellation.ThrowIfCancellationRequested();
                    row = $"entries after {after}";
                    return snapshot.Entries(after, Page);
                }
            }
            foreach (var (payment, stored) in before)
            {
                (invariant, row) = (Invariants.Gateway, $"payment {payment}");
                judged.Look(payment, stored);
            }
            foreach (var (payment, entry) in judged.Unexplained())
            {
                (invariant, row) = (Invariants.Gateway, $"entry {entry.Number}");
                cancellation.ThrowIfCancellationRequested();
                judged.Look(entry, payment, payment.Length == 0 ? null : await payments.Find(payment));
            }
            foreach (var vm in balance.Vms.Values.OrderBy(vm => vm.Ordinal))
            {
                (invariant, row) = (Invariants.Usage, $"VM {vm.Id}");
                cancellation.ThrowIfCancellationRequested();
                if (!judged.Look(vm, await histories.Find(id, vm.Id))) waiting++;
            }
            return new BalanceResult(judged.Found, entries, balance.Vms.Count, waiting, before.Count, judged.Elsewhere);
        }
        catch (Exception unreadable) when (unreadable is FormatException or JsonException or ArgumentException or OverflowException or InvalidCastException)
        {
            // The database answered, but not with what was ever written.
            return new BalanceResult([new Finding(invariant, id, row, $"cannot be understood: {unreadable.Message}")], entries, 0, 0);
        }
    }
}
