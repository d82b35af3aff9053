using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;
using static OrleansBilling.Domain.Vms.VmStatus;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>Status changes only along the table of transitions; Deleted is final (E10).</summary>
public sealed class TransitionTable
{
    private static readonly VmStatus[] alive = [Creating, Running, Stopping, Stopped, Starting, Rebooting, Error];

    public static TheoryData<VmStatus, VmStatus> Pairs()
    {
        var pairs = new TheoryData<VmStatus, VmStatus>();
        foreach (var from in Enum.GetValues<VmStatus>())
            foreach (var to in Enum.GetValues<VmStatus>())
                pairs.Add(from, to);
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void E10_The_platform_may_report_anything_but_a_second_beginning_and_after_Deleting_only_its_end(VmStatus from, VmStatus to)
    {
        var may = (from, to) switch
        {
            (Deleting, Deleted) => true,
            (Deleting or Deleted, _) => false,
            (_, Creating) => false,
            _ => from != to,
        };

        Assert.Equal(may, from.MayBecome(to));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void E10_A_history_follows_the_table(VmStatus from, VmStatus to)
    {
        var start = Tenant.At("10:00:00");
        var history = new StatusHistory([new StatusChange(start, from)]);

        Assert.Equal(from.MayBecome(to) ? to : from, history.With(new StatusChange(start.AddSeconds(1), to)).Status);
    }

    [Theory]
    [InlineData(VmRequest.Create, new VmStatus[0], Creating, Running)]
    [InlineData(VmRequest.PowerOn, new[] { Stopped }, Starting, Running)]
    [InlineData(VmRequest.PowerOff, new[] { Running }, Stopping, Stopped)]
    [InlineData(VmRequest.Reboot, new[] { Running }, Rebooting, Running)]
    [InlineData(VmRequest.Delete, new[] { Creating, Running, Stopping, Stopped, Starting, Rebooting, Error }, Deleting, Deleted)]
    public void E10_What_a_status_allows_and_what_a_request_leads_to(VmRequest request, VmStatus[] allowedIn, VmStatus underway, VmStatus done)
    {
        Assert.Equal(allowedIn.Order(), Enum.GetValues<VmStatus>().Where(status => status.Allows(request)));
        Assert.Equal((underway, done), (request.Underway(), request.Done()));
        Assert.True(underway.MayBecome(done));
        Assert.All(allowedIn, status => Assert.True(status.MayBecome(underway)));
    }

    [Fact]
    public void Policy_4_2_Everything_but_Deleting_and_Deleted_counts() => Assert.Equal(alive.Order(), Enum.GetValues<VmStatus>().Where(status => !status.IsBeingDeleted()));

    [Fact]
    public void Policy_4_5_Creating_Starting_and_Rebooting_are_on_their_way_to_Running() =>
        Assert.Equal([Creating, Starting, Rebooting], Enum.GetValues<VmStatus>().Where(status => status.IsOnItsWayToRunning()));

    [Fact]
    public void E10_A_change_from_before_the_beginning_says_nothing()
    {
        var history = StatusHistory.CreatedAt(Tenant.At("10:00:00"));

        Assert.Equal(history, history.With(new StatusChange(Tenant.At("09:59:59"), Running)));
        Assert.Throws<ArgumentException>(() => new StatusHistory([]));
    }

    [Theory]
    [InlineData(Deleting)]
    [InlineData(Deleted)]
    public void E10_A_balance_hears_nothing_from_a_VM_that_is_being_deleted_but_its_end(VmStatus last)
    {
        var tenant = new Tenant();
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");
        tenant.Become("10:01:00", "a", last);
        var risen = tenant.ReadingOf("a", Tenant.At("10:02:00")) with { Revision = 99, Status = Running };

        Assert.Equal(ReadingResult.DeletionOrdered, tenant.Take(Tenant.At("10:02:00"), "a", risen).Result);
        Assert.Equal(last, tenant.Balance.Vms["a"].Status);
    }

    [Fact]
    public void A_request_that_is_none_is_the_callers_mistake()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ((VmRequest)99).Underway());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((VmRequest)99).Done());
    }
}
