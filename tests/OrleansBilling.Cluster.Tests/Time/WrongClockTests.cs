using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Tests.Time;

/// <summary>A silo whose clock is off takes nothing of which the time is a part (C2). What the platform reports is not lost: the platform does not repeat what was taken.</summary>
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
    public async Task C2_P3_7_a_silo_that_does_not_know_the_time_enters_no_price_rate_or_hold_and_ends_none()
    {
        var referee = new Referee();
        await using var cluster = await BillingCluster.Start(setup => setup.Services = services => services.AddSingleton<IClockReferee>(referee));
        var list = cluster.PriceList("vn");
        await list.Hold(Hold("first"));
        var revision = (await cluster.Ledger.Rules("vn")).Revision;

        referee.Trusting = false;
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => list.AddPrice(Price()));
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => list.AddRate(Rate()));
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => list.Hold(Hold("second")));
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => list.Release("first"));
        Assert.Equal(revision, (await cluster.Ledger.Rules("vn")).Revision);

        referee.Trusting = true;
        Assert.Equal(PriceResult.Entered, (await list.AddPrice(Price())).Result);
        Assert.Equal(RateResult.Entered, (await list.AddRate(Rate())).Result);

        static AddPrice Price() => new("p", "1xH100", HourlyPrice.Parse("5"), Ladder.At("10:05:00"));
        static AddRate Rate() => new("r", Currency.Vnd, ExchangeRate.Parse("25400"), Ladder.At("10:05:00"), Confirmed: true);
        static PlaceHold Hold(string id) => new(id, HeldActions.Deletion, "incident", "operator", Ladder.At("20:00:00"));
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
