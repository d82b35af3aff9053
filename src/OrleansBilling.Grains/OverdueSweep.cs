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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        (BalanceId Balance, string Vm)? reached = null; // how far the first round over all VMs has come
        var firstRound = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = options.Value.SweepEvery;
            try
            {
                if (await Sweep(firstRound, stoppingToken) >= MostAtOnce) pause = Breath; // there is more
                else if (firstRound)
                {
                    // At its start a silo cannot know what was cut off: a change that a VM has stored and its balance has not heard
                    // is known to that VM alone.
                    var vms = await store.LivingVms(reached, MostAtOnce);
                    await WakeVms(vms, stoppingToken);
                    if (vms.Length > 0) reached = vms[^1];
                    if (firstRound = vms.Length == MostAtOnce) pause = Breath;
                }
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
            // In real time, and never faster than it: a fast business clock does not make the database faster.
            await Task.Delay(pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int> Sweep(bool firstRound, CancellationToken stopping)
    {
        var now = clock.Now();
        // What a timer or a repetition is about to do anyway is left to it, except at the start, when there are none.
        var patience = firstRound ? TimeSpan.Zero : 2 * options.Value.RepeatAfter;
        var balances = await store.OverdueBalances(firstRound ? now : now - TimeSpan.FromSeconds(1), MostAtOnce);
        var ordering = await store.BalancesWithOrders(now - patience, MostAtOnce);
        var vms = await store.OverdueVms(firstRound ? now : now - TimeSpan.FromSeconds(30), now - patience, MostAtOnce);
        await WakeBalances(balances.Union(ordering), stopping);
        await WakeVms(vms, stopping);
        if (balances.Length + vms.Length > 0) Swept(balances.Length, vms.Length);
        // Only what goes away by being woken counts as more to do.
        return balances.Length;
    }

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
}
