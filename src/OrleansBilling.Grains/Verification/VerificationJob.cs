using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Grains.Verification;

/// <summary>
/// Verifies every balance each hour, on one silo of the cluster. A ledger that does not verify must not take a tenant's machines:
/// automatic stops and deletions of that tenant are held until an operator says otherwise. Metering goes on. A round that was cut off is gone on with.
/// </summary>
internal sealed partial class VerificationJob(
    LedgerVerification verification,
    ISiloStatusOracle silos,
    IGrainFactory grains,
    IOptions<BillingOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
    ILogger<VerificationJob> logger) : BackgroundService
{
    private static readonly TimeSpan UntilReleased = TimeSpan.FromDays(3653); // ten years

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first one soon after the start: a silo may never live for an hour.
        for (var wait = options.Value.VerifyEvery / 12; ; wait = options.Value.VerifyEvery)
        {
            await Task.Delay(wait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) return;
            // Silos that do not agree for a moment verify twice, or an hour later: both are harmless.
            if (silos.GetActiveSilos().Min() is { } first && !first.Equals(silos.SiloAddress)) continue;
            try
            {
                await Run(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // the next hour looks again
            catch (Exception failed)
#pragma warning restore CA1031
            {
                CouldNotVerify(failed, "the ledger");
            }
        }
    }

    private async Task Run(CancellationToken stopping)
    {
        var report = new VerificationReport();
        var round = grains.GetGrain<IVerificationRound>(0);
        var reached = await round.Reached();
        await foreach (var balance in verification.Balances(after: reached is null ? null : BalanceId.Parse(reached)))
        {
            try
            {
                var result = await verification.VerifyGently(balance, stopping);
                report.Add(result);
                BillingMetrics.Verified(balance, result.Found.Count == 0 ? "verifies" : "drift");
                foreach (var finding in result.Found) await Freeze(finding);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                throw;
            }
#pragma warning disable CA1031 // one balance that cannot be read must not keep the others from being verified
            catch (Exception failed)
#pragma warning restore CA1031
            {
                CouldNotVerify(failed, balance.ToString());
                BillingMetrics.Verified(balance, "failed");
            }
            await round.Reach(balance.ToString());
        }
        await round.Reach(null);
        if (report.Verifies) Verified(report.Balances);
    }

    private async Task Freeze(Finding finding)
    {
        Violated(finding.Balance, finding.Invariant, finding.Row, finding.What, finding.HoldId);
        // The same id again changes nothing, also when an operator has released it: that finding has been decided about.
        await grains.GetGrain<IBalanceGrain>(finding.Balance.ToString()).Hold(new PlaceHold(
            finding.HoldId, HeldActions.Stopping | HeldActions.Deletion, $"{finding.Invariant} does not verify. {finding.Row}: {finding.What}", "verify", clock.Now() + UntilReleased));
    }

    [LoggerMessage(1, LogLevel.Critical, "The ledger of {Balance} does not verify: {Invariant}, {Row}: {What}. Unless an operator has released hold {Hold}, it keeps the tenant from automatic stops and deletions.")]
    private partial void Violated(BalanceId balance, string invariant, string row, string what, string hold);

    [LoggerMessage(2, LogLevel.Error, "Could not verify {What}.")]
    private partial void CouldNotVerify(Exception exception, string what);

    [LoggerMessage(3, LogLevel.Information, "The ledgers of {Balances} balances verify.")]
    private partial void Verified(int balances);
}
