using OrleansBilling.EndToEnd.Tests.Ledger;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.RunningOut;

/// <summary>At the speed of real time, and alone: other tests must not take the processor away from what is measured here.</summary>
[CollectionDefinition(nameof(PromptStopTests), DisableParallelization = true)]
public sealed class MeasuredAlone;

[Collection(nameof(PromptStopTests))]
public sealed class PromptStopTests(ITestOutputHelper output) : HostTest(output)
{
    [Fact]
    public async Task E1_The_stop_is_durably_ordered_within_2_s_of_the_projected_instant_without_any_traffic()
    {
        var host = await Run("Platform:Create=00:00:01");
        var exhaustion = await AboutToRunOut(host, seconds: 15);

        // From here on nobody asks the host anything: the ledger's file is looked at from outside.
        await WaitUntil(exhaustion - TimeSpan.FromSeconds(1));
        Assert.Empty(Stops(host));
        var (order, seen) = await FirstStop(host, exhaustion + TimeSpan.FromSeconds(30));
        Output.WriteLine($"Seen {seen - exhaustion} after the projected instant.");
        Assert.Equal(exhaustion, order.At);
        Assert.InRange(seen - exhaustion, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task E1_F1_The_stop_is_durably_ordered_within_90_s_when_the_process_is_killed_just_before_and_started_again()
    {
        var host = await Run("Platform:Create=00:00:01");
        var exhaustion = await AboutToRunOut(host, seconds: 15);

        await WaitUntil(exhaustion - TimeSpan.FromSeconds(1));
        await host.Kill();
        Assert.Empty(Stops(host));
        host.Launch();
        var (order, seen) = await FirstStop(host, exhaustion + TimeSpan.FromSeconds(120));
        Output.WriteLine($"Seen {seen - exhaustion} after the projected instant.");
        Assert.Equal(exhaustion, order.At);
        Assert.InRange(seen - exhaustion, TimeSpan.Zero, TimeSpan.FromSeconds(90));
    }

    /// <summary>A VM runs, and another product takes what is left but so many seconds of it. Returns when the live balance will be zero.</summary>
    private async Task<DateTimeOffset> AboutToRunOut(BillingHost host, int seconds)
    {
        using var tenant = new PortalCaller(host);
        using var grace = new PortalCaller(host);
        await tenant.SignIn("ada@example.com");
        await grace.SignInAsOperator(host);
        await tenant.TopUp("3.00");
        var vm = await tenant.CreateVm();
        await tenant.VmReaches(vm.Id, "running");

        var balance = await tenant.Balance();
        var left = new Domain.Money.Amount(Ladder.MicrosPerHour * seconds / 3600);
        await grace.Post<PostingAnswer>(
            $"/api/operator/tenants/{tenant.Tenant}/charges",
            new { product = "model-hub", amount = balance.Live - left, currency = "USD", description = "A model." });

        balance = await tenant.Balance();
        var timeline = new StatusTimeline((await tenant.Usage(vm.Id)).History);
        // By the policy's own arithmetic, nothing of the VM being posted yet: the first whole second whose cost is all there is.
        var lasts = balance.Total.Micros * 3600 / Ladder.MicrosPerHour;
        while (Ladder.MicrosPerHour * lasts / 3600 < balance.Total.Micros) lasts++;
        Assert.Equal(timeline.FirstRunning.AddSeconds(lasts), balance.ExhaustedAt);
        return balance.ExhaustedAt!.Value;
    }

    private static async Task<(AuditedOrder Order, DateTimeOffset Seen)> FirstStop(BillingHost host, DateTimeOffset limit)
    {
        while (true)
        {
            var stops = Stops(host);
            var seen = DateTimeOffset.UtcNow;
            if (stops.Length > 0) return (stops[0], seen);
            Assert.True(seen < limit, $"No stop was ordered by {limit:O}.");
            await Task.Delay(50);
        }
    }

    private static AuditedOrder[] Stops(BillingHost host) => [.. new LedgerAudit(host.LedgerFile).Orders().Where(order => order.Kind == "Stop")];

    private static async Task WaitUntil(DateTimeOffset instant)
    {
        var wait = instant - DateTimeOffset.UtcNow;
        Assert.True(wait > TimeSpan.Zero, $"This machine was too slow: {instant:O} has passed.");
        await Task.Delay(wait);
    }
}
