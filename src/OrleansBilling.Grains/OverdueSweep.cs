using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Grains;

/// <summary>
/// Wakes what should have been done and was not: balances past their instant, VMs past their charge or long between two statuses.
/// Timers and reminders do this to the second; the sweep is for what they lost with a process. It calls the commands that these call,
/// so waking something for nothing is harmless.
/// </summary>
internal sealed partial class OverdueSweep(
    ILedgerStore store,
    IGrainFactory grains,
    IOptions<BillingOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
    ILogger<OverdueSweep> logger) : BackgroundService
{
    private const int MostAtOnce = 200;
    private const int InParallel = 16;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    private bool starting = true; // until each round has been made once

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var balances = new Round<BalanceId>(after => store.OverdueBalances(Before(TimeSpan.FromSeconds(1)), after, MostAtOnce));
        var ordering = new Round<BalanceId>(after => store.BalancesWithOrders(Before(2 * options.Value.RepeatAfter), after, MostAtOnce));
        var vms = new Round<(BalanceId Balance, string Vm)>(after => store.OverdueVms(Before(TimeSpan.FromSeconds(30)), Before(2 * options.Value.RepeatAfter), after, MostAtOnce));
        // At its start a silo cannot know what was cut off: a change that a VM has stored and its balance has not heard is known to
        // that VM alone.
        var living = new Round<(BalanceId Balance, string Vm)>(after => store.LivingVms(after, MostAtOnce));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var overdue = await balances.Next();
                var late = await vms.Next();
                if (overdue.Length + late.Length > 0) Swept(overdue.Length, late.Length);
                await WakeBalances(overdue.Union(await ordering.Next()), stoppingToken);
                await WakeVms(late, stoppingToken);
                if (starting) await WakeVms(await living.Next(), stoppingToken);
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
            }
            var more = !(balances.IsOver && ordering.IsOver && vms.IsOver && living.IsOver);
            if (!more) starting = false;
            // In real time, and never faster than it: a fast business clock does not make the database faster.
            await Task.Delay(more ? Breath : options.Value.SweepEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // What a timer or a repetition is about to do anyway is left to it, except at the start, when there are none.
    private DateTimeOffset Before(TimeSpan patience) => starting ? clock.Now() : clock.Now() - patience;

    private Task WakeBalances(IEnumerable<BalanceId> balances, CancellationToken stopping) => Parallel.ForEachAsync(
        balances, Bounded(stopping), async (balance, _) => await Wake(() => grains.GetGrain<IBalanceGrain>(balance.ToString()).Wake(), balance.ToString()));

    private Task WakeVms(IEnumerable<(BalanceId Balance, string Vm)> vms, CancellationToken stopping) => Parallel.ForEachAsync(
        vms, Bounded(stopping), async (vm, _) => await Wake(() => grains.GetGrain<IVmGrain>($"{vm.Balance}/{vm.Vm}").Wake(), vm.Vm));

    private static ParallelOptions Bounded(CancellationToken stopping) => new() { MaxDegreeOfParallelism = InParallel, CancellationToken = stopping };

    private async Task Wake(Func<Task> wake, string what)
    {
        try
        {
            await wake();
        }
#pragma warning disable CA1031 // one that cannot wake must not keep the others asleep
        catch (Exception failed)
#pragma warning restore CA1031
        {
            WakeFailed(failed, what);
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
    private sealed class Round<T>(Func<T?, Task<T[]>> page) where T : struct
    {
        private T? reached;

        public bool IsOver => reached is null;

        public async Task<T[]> Next()
        {
            var found = await page(reached);
            reached = found.Length < MostAtOnce ? null : found[^1];
            return found;
        }
    }
}
