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
        var running = await AboutToRunOut(host, _ => Task.CompletedTask);

        // From here on nobody asks the host anything: the ledger's file is looked at from outside.
        using var standstill = new Standstill();
        var (order, seen) = await FirstStop(host, running, TimeSpan.FromSeconds(30));
        Output.WriteLine($"Seen {seen - running.Exhaustion} after the projected instant; the machine stood still for {standstill.Longest}.");
        Assert.Equal(running.Exhaustion, order.At);
        Assert.InRange(seen - running.Exhaustion, TimeSpan.Zero, TimeSpan.FromSeconds(2) + standstill.Longest);
    }

    [Fact]
    public async Task E1_F1_The_stop_is_durably_ordered_within_90_s_when_the_process_is_killed_just_before_and_started_again()
    {
        var host = await Run("Platform:Create=00:00:01");
        var running = await AboutToRunOut(host, host => host.Kill());

        if (!host.IsRunning) host.Launch();
        var (order, seen) = await FirstStop(host, running, TimeSpan.FromSeconds(120));
        Output.WriteLine($"Seen {seen - running.Exhaustion} after the projected instant.");
        Assert.Equal(running.Exhaustion, order.At);
        Assert.InRange(seen - running.Exhaustion, TimeSpan.Zero, TimeSpan.FromSeconds(90));
    }

    /// <summary>A VM is a second before the instant at which its credit ends, what is to happen then has happened, and it was not too late for that. A machine that is too slow tries again.</summary>
    private async Task<(string Vm, DateTimeOffset Exhaustion)> AboutToRunOut(BillingHost host, Func<BillingHost, Task> happens)
    {
        for (var tries = 1; ; tries++)
        {
            var (vm, exhaustion) = await WithSecondsLeft(host, 15, $"ada{tries}@example.com");
            var wait = exhaustion - TimeSpan.FromSeconds(1) - DateTimeOffset.UtcNow;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
                await happens(host);
                var none = Stops(host, vm).Length == 0;
                if (DateTimeOffset.UtcNow < exhaustion)
                {
                    Assert.True(none, "It was stopped early.");
                    return (vm, exhaustion);
                }
            }
            Assert.True(tries < 10, $"This machine was too slow: {exhaustion:O} has passed.");
            if (!host.IsRunning) await host.Start();
        }
    }

    /// <summary>A VM runs, and another product takes what is left but so many seconds of it. Returns when the live balance will be zero.</summary>
    private static async Task<(string Vm, DateTimeOffset Exhaustion)> WithSecondsLeft(BillingHost host, int seconds, string email)
    {
        using var tenant = new PortalCaller(host);
        using var grace = new PortalCaller(host);
        await tenant.SignIn(email);
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
        var exhaustion = timeline.FirstRunning.AddSeconds(lasts);
        if (balance.ExhaustedAt is { } projected) Assert.Equal(exhaustion, projected); // or it was asked for too late
        return (vm.Id, exhaustion);
    }

    private static async Task<(AuditedOrder Order, DateTimeOffset Seen)> FirstStop(BillingHost host, (string Vm, DateTimeOffset Exhaustion) running, TimeSpan limit)
    {
        while (true)
        {
            var stops = Stops(host, running.Vm);
            var seen = DateTimeOffset.UtcNow;
            if (stops.Length > 0) return (stops[0], seen);
            Assert.True(seen < running.Exhaustion + limit, $"No stop was ordered {limit} after {running.Exhaustion:O}.");
            await Task.Delay(50);
        }
    }

    private static AuditedOrder[] Stops(BillingHost host, string vm) => [.. new LedgerAudit(host.LedgerFile).Orders().Where(order => order.Kind == "Stop" && order.Vm == vm)];
}
