using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Ledger;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.RunningOut;

public sealed class CuredLadderTests(ITestOutputHelper output) : HostTest(output)
{
    [Fact]
    public async Task Policy_6_example_5_A_top_up_after_the_stop_resets_the_clock_and_opens_the_gates_and_the_VM_stays_stopped()
    {
        var host = await Run(Ladder.Settings);
        var tenant = Keep(new PortalCaller(host));
        var audit = new LedgerAudit(host.LedgerFile);

        var ladder = await Ladder.Begin(tenant);
        await ladder.IsExhausted(audit);
        await tenant.TopUp("5.00");

        await ladder.Told("cured");
        var cured = await tenant.Balance();
        Assert.Equal(("good", null, null, null), (cured.Standing, cured.NegativeSince, cured.DeletionAt, cured.CuringAmount));
        var usage = await tenant.Usage(ladder.Vm);
        Assert.Equal("stopped", usage.Vm.Status);
        Assert.Equal(Amount.Parse("8.00") - new StatusTimeline(usage.History).CostUntil(cured.AsOf, Ladder.MicrosPerHour), cured.Live);

        // Past the instant at which it would have been deleted.
        var later = await TenantCalls.Until(tenant.Balance, now => now.AsOf > ladder.At(4252 + 1800 + 60), "the old deadline has passed", TimeSpan.FromMinutes(2));
        Assert.Null(later.DeletionAt);
        Assert.Equal("stopped", (await tenant.Vm(ladder.Vm)).Status);
        Assert.DoesNotContain(audit.Orders(), order => order.Kind == "Delete");

        await tenant.Post<VmAnswer>($"/api/vms/{ladder.Vm}/power-on");
        Assert.False((await tenant.VmReaches(ladder.Vm, "running")).StoppedAutomatically);
        Assert.NotEqual(0, audit.Verify());
    }
}
