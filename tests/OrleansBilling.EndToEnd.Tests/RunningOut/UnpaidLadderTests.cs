using OrleansBilling.EndToEnd.Tests.Ledger;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.RunningOut;

public sealed class UnpaidLadderTests(ITestOutputHelper output) : HostTest(output)
{
    [Fact]
    public async Task Policy_6_example_5_At_speed_60_three_dollars_are_charged_run_low_stop_and_delete_to_the_last_digit()
    {
        var host = await Run(Ladder.Settings);
        var tenant = Keep(new PortalCaller(host));
        var audit = new LedgerAudit(host.LedgerFile);

        var ladder = await Ladder.Begin(tenant);
        await ladder.BecomesLow();
        await ladder.IsExhausted(audit);
        await ladder.IsDeleted(audit);
        Assert.NotEqual(0, audit.Verify());
    }
}
