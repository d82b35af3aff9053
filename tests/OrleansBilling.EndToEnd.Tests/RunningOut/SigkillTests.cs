using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Ledger;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.RunningOut;

/// <summary>Two VMs go the way of example 5, with a platform that takes its time, and the process is killed at random moments of it.</summary>
public abstract class SigkillTest(ITestOutputHelper output) : HostTest(output)
{
    private const int Kills = 6;

    private protected async Task RunOutUnderKills(params string[] platform)
    {
        var seed = Environment.TickCount;
        Output.WriteLine($"Seed {seed}.");
        var random = new Random(seed);

        var host = await Run(["Clock:Speed=120", "Platform:Create=00:00:30", "Platform:Stop=00:00:20", "Platform:Delete=00:00:20", .. platform]);
        var tenant = Keep(new PortalCaller(host));
        await tenant.SignIn("ada@example.com");
        await tenant.TopUp("6.00"); // as long for two VMs as three dollars for one
        string[] vms = [(await tenant.CreateVm("one")).Id, (await tenant.CreateVm("two")).Id];

        var payer = new SteadyPayer(tenant);
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(random.Next(500, 9_000));
            await host.Kill();
            await host.Start();
        }
        // What was paid is too little: it ends with the deletion, whatever was in the way.
        foreach (var vm in vms) await tenant.VmReaches(vm, "deleted", TimeSpan.FromMinutes(3));
        var confirmed = await payer.Stop();

        var ledger = await tenant.Ledger();
        SteadyPayer.Verify(confirmed, ledger);
        foreach (var vm in vms)
        {
            var usage = await tenant.Usage(vm);
            var timeline = new StatusTimeline(usage.History);
            var end = timeline.First("deleting");
            Assert.Equal(end, new LedgerAudit(host.LedgerFile).Orders().Single(order => order.Kind == "Delete" && order.Vm == vm).At);
            var charges = ledger.Where(entry => entry.Vm?.Id == vm).ToArray();
            Assert.Equal(timeline.SecondsUntil(end), charges.Sum(charge => charge.Vm!.Seconds));
            Assert.Equal(timeline.CostUntil(end, Ladder.MicrosPerHour), new Amount(-charges.Sum(charge => charge.Change.Micros)));
            Assert.Contains(charges, charge => charge.Vm!.Through == end); // policy 3.10
        }
        Assert.Equal(ledger.Length, new LedgerAudit(host.LedgerFile).Verify());
        Assert.Equal(new Amount(ledger.Sum(entry => entry.Change.Micros)), (await tenant.Balance()).Total);
    }
}

public sealed class SigkillTests(ITestOutputHelper output) : SigkillTest(output)
{
    [Fact]
    public Task F1_M4_M6_M13_Charges_equal_price_times_recorded_seconds_after_SIGKILL_at_any_moment() => RunOutUnderKills();
}

public sealed class SigkillWithAnUnreliablePlatformTests(ITestOutputHelper output) : SigkillTest(output)
{
    [Fact]
    public Task F1_F16_M4_M6_E2_The_same_holds_when_the_platform_is_out_of_reach_and_confirms_late_and_twice() =>
        RunOutUnderKills("Platform:Unreachable=0.3", "Platform:ConfirmsLate=0.5", "Platform:ConfirmsTwice=0.5");
}
