using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wakeAll = true; // at its start a silo cannot know what was cut off
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await Sweep(wakeAll, stoppingToken) >= MostAtOnce) continue; // there is more
                wakeAll = false;
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
            await Task.Delay(options.Value.SweepEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int> Sweep(bool wakeAll, CancellationToken stopping)
    {
        var now = clock.Now();
        var balances = await store.OverdueBalances(wakeAll ? now : now - TimeSpan.FromSeconds(1), MostAtOnce);
        var vms = await store.OverdueVms(now - TimeSpan.FromSeconds(wakeAll ? 0 : 30), now - (wakeAll ? TimeSpan.Zero : 2 * options.Value.RepeatAfter), MostAtOnce);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = InParallel, CancellationToken = stopping };
        await Parallel.ForEachAsync(balances, parallel, async (balance, _) => await Wake(() => grains.GetGrain<IBalanceGrain>(balance.ToString()).Wake(), balance.ToString()));
        await Parallel.ForEachAsync(vms, parallel, async (vm, _) => await Wake(() => grains.GetGrain<IVmGrain>($"{vm.Balance}/{vm.Vm}").Wake(), vm.Vm));
        if (balances.Length + vms.Length > 0) Swept(balances.Length, vms.Length);
        return balances.Length + vms.Length;
    }

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
