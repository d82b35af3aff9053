using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Tests.Time;

/// <summary>What the platform reports is not lost on a silo whose clock is behind (C2): the platform does not repeat what was taken.</summary>
public sealed class WrongClockTests
{
    [Fact]
    public async Task C2_a_silo_that_does_not_know_the_time_takes_no_report_not_even_one_that_seems_to_say_nothing_new()
    {
        var referee = new Referee();
        await using var cluster = await Ladder.Begin(setup => setup.Services = services => services.AddSingleton<IClockReferee>(referee), topUp: "10");
        await cluster.AdvanceTo(Ladder.At("10:10:00"));
        var reports = new[] { new StatusReport(Ladder.Start, VmStatus.Running), new StatusReport(Ladder.At("10:05:00"), VmStatus.Error) };

        referee.Trusting = false;
        foreach (var report in reports) await Assert.ThrowsAsync<OutcomeUnknownException>(() => cluster.Vm("a").Report(report));
        referee.Trusting = true;
        foreach (var report in reports) await cluster.Vm("a").Report(report);
        Assert.Equal([VmStatus.Creating, VmStatus.Running, VmStatus.Error], (await cluster.Vm("a").History()).Select(change => change.Status));
    }

    [Fact]
    public async Task C2_a_report_that_is_ahead_of_the_clock_is_never_put_before_what_a_clock_that_was_ahead_has_recorded()
    {
        await using var cluster = await Ladder.Begin(topUp: "10");
        await cluster.AdvanceTo(Ladder.At("10:10:00"));
        var ahead = Ladder.At("10:10:01");
        await OtherActivation.Records(cluster, "a", ahead, VmStatus.Rebooting);
        await cluster.Vm("a").Wake(); // and is behind no more

        await cluster.Vm("a").Report(new StatusReport(ahead.AddMilliseconds(500), VmStatus.Running));
        var history = await cluster.Vm("a").History();
        Assert.Equal([VmStatus.Creating, VmStatus.Running, VmStatus.Rebooting, VmStatus.Running], history.Select(change => change.Status));
        Assert.Equal(ahead, history[^1].At);
        Assert.Equal(VmStatus.Running, await cluster.StatusOf("a"));
    }

    private sealed class Referee : IClockReferee
    {
        public bool Trusting { get; set; } = true;

        public bool Trusts(DateTimeOffset now) => Trusting;
    }
}
