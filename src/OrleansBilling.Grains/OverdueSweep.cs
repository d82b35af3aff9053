using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Grains;

/// <summary>
/// Wakes what should have been done and was not: balances past their instant, VMs past their charge or long between two statuses.
/// Timers and reminders do this to the second; the sweep is for what they lost with a process. It calls the commands that these call,
/// so waking something for nothing is harmless.
/// </summary>
internal sealed partial class OverdueSweep(
    ILedgerStore store,
    IClusterMembershipService membership,
    ILocalSiloDetails self,
    IGrainFactory grains,
    IOptions<BillingOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
    ILogger<OverdueSweep> logger) : BackgroundService
{
    private const int MostAtOnce = 200;
    private const int InParallel = 16;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ChargePatience = TimeSpan.FromSeconds(30);

    private bool starting = true; // until each round has been made once; again when the cluster has changed
    private ImmutableHashSet<SiloAddress> cluster = [];
    private DateTimeOffset charged; // all that was due by then has been charged, or was woken

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var balances = new Round<BalanceId>(after => Balances(after, (last, most) => store.OverdueBalances(Before(TimeSpan.FromSeconds(1)), last, most)));
        var ordering = new Round<BalanceId>(after => Balances(after, (last, most) => store.BalancesWithOrders(Before(2 * options.Value.RepeatAfter), last, most)));
        var between = new Round<(BalanceId, string)>(after => Vms(store.VmsBetweenStatuses(Before(2 * options.Value.RepeatAfter), after, MostAtOnce)));
        // At a start nobody knows what was cut off: a change that a VM has stored and its balance has not heard is known to that VM
        // alone. One silo asks for all.
        var living = new Round<(BalanceId, string)>(after => Vms(store.LivingVms(after, MostAtOnce)));
        var window = default(ChargeWindow);
        var charges = new Round<(BalanceId, string)>(after => Vms(store.OverdueCharges(window, after, MostAtOnce)));
        var all = true; // that was overdue in the window could be woken
        while (!stoppingToken.IsCancellationRequested)
        {
            var swept = false;
            try
            {
                if (HasClusterChanged()) BeginAnew();
                if (charges.IsOver) window = new ChargeWindow(charged, Before(ChargePatience), options.Value.Policy.ChargeEvery);
                var (overdue, late) = (await balances.Next(), await charges.Next());
                if (overdue.Count + late.Count > 0) Swept(overdue.Count, late.Count);
                BillingMetrics.Swept(overdue.Count, late.Count);
                await WakeBalances(overdue.Union(await ordering.Next()), stoppingToken);
                all &= await WakeVms(late, stoppingToken);
                if (charges.IsOver) (charged, all) = (all ? window.By : charged, true);
                await WakeVms(await between.Next(), stoppingToken);
                if (starting && IsFirst) await WakeVms(await living.Next(), stoppingToken);
                swept = true;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // the next sweep looks again
            catch (Exception failed)
#pragma warning restore CA1031
            {
                SweepFailed(failed);
                BeginAnew(); // a page that was found and not woken must be found again
            }
            var more = !(balances.IsOver && ordering.IsOver && charges.IsOver && between.IsOver && living.IsOver);
            if (swept && !more) starting = false;
            // In real time, and never faster than it: a fast business clock does not make the database faster.
            await Task.Delay(more ? Breath : options.Value.SweepEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        void BeginAnew()
        {
            balances.Restart();
            ordering.Restart();
            between.Restart();
            living.Restart();
            charges.Restart();
            all = true;
        }
    }

    /// <summary>Silos that came or went have left something undone: reminders skip what they missed. All is looked at again.</summary>
    private bool HasClusterChanged()
    {
        var now = membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress).ToImmutableHashSet();
        if (now.SetEquals(cluster)) return false;
        (cluster, starting, charged) = (now, true, clock.Now() - 2 * options.Value.Policy.ChargeEvery);
        return true;
    }

    private bool IsFirst => !cluster.Any(silo => silo.CompareTo(self.SiloAddress) < 0);

    // What a timer or a repetition is about to do anyway is left to it, except at the start, when there are none.
    private DateTimeOffset Before(TimeSpan patience) => starting ? clock.Now() : clock.Now() - patience;

    private static async Task<(IReadOnlyList<BalanceId>, string?)> Balances(string? after, Func<BalanceId?, int, Task<BalanceId[]>> page)
    {
        var found = await page(after is null ? null : BalanceId.Parse(after), MostAtOnce);
        return (found, found.Length < MostAtOnce ? null : found[^1].ToString());
    }

    private static async Task<(IReadOnlyList<(BalanceId, string)>, string?)> Vms(Task<VmPage> page) => (await page) is var (vms, next) ? (vms, next) : default;

    private Task WakeBalances(IEnumerable<BalanceId> balances, CancellationToken stopping) => Parallel.ForEachAsync(
        balances, Bounded(stopping), async (balance, _) => await Wake(() => grains.GetGrain<IBalanceGrain>(balance.ToString()).Wake(), balance.ToString()));

    /// <returns>Whether all of them woke.</returns>
    private async Task<bool> WakeVms(IEnumerable<(BalanceId Balance, string Vm)> vms, CancellationToken stopping)
    {
        var failed = 0;
        await Parallel.ForEachAsync(vms, Bounded(stopping), async (vm, _) =>
        {
            if (!await Wake(() => grains.GetGrain<IVmGrain>($"{vm.Balance}/{vm.Vm}").Wake(), vm.Vm)) Interlocked.Increment(ref failed);
        });
        return failed == 0;
    }

    private static ParallelOptions Bounded(CancellationToken stopping) => new() { MaxDegreeOfParallelism = InParallel, CancellationToken = stopping };

    private async Task<bool> Wake(Func<Task> wake, string what)
    {
        try
        {
            await wake();
            return true;
        }
#pragma warning disable CA1031 // one that cannot wake must not keep the others asleep
        catch (Exception failed)
#pragma warning restore CA1031
        {
            WakeFailed(failed, what);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Woke {Balances} balances and {Vms} VMs that were overdue.")]
    private partial void Swept(int balances, int vms);

    [LoggerMessage(2, LogLevel.Warning, "Could not wake {What}.")]
    private partial void WakeFailed(Exception exception, string what);

    [LoggerMessage(3, LogLevel.Error, "Could not look for what is overdue.")]
    private partial void SweepFailed(Exception exception);

    /// <summary>
    /// Goes through what is found page by page and then begins anew: what stays overdue although it was woken keeps nothing behind it
    /// from being found.
    /// </summary>
    private sealed class Round<T>(Func<string?, Task<(IReadOnlyList<T> Found, string? Next)>> page)
    {
        private string? reached;

        public bool IsOver => reached is null;

        public void Restart() => reached = null;

        public async Task<IReadOnlyList<T>> Next()
        {
            (var found, reached) = await page(reached);
            return found;
        }
    }
}
