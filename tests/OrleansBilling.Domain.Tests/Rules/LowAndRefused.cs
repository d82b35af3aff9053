using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>Below one hour's cost (policy 4.1, 4.2; E7, E8).</summary>
public sealed class LowAndRefused
{
    private readonly Tenant tenant = new();

    [Fact]
    public void E8_Exactly_one_hour_is_enough_and_a_millionth_less_is_not()
    {
        tenant.TopUp("10:00:00", "2.539999");
        var refused = tenant.Create("10:00:00", "a");
        tenant.TopUp("10:00:01", "0.000001");
        var admitted = tenant.Create("10:00:01", "b");

        Assert.Equal(AdmissionResult.Refused, refused.Result);
        Assert.Equal(["2.540000", "2.539999", "0.000001"], new[] { refused.Need, refused.Have, refused.Shortfall }.Select(amount => amount.ToString()));
        Assert.Equal((AdmissionResult.Admitted, Amount.Zero), (admitted.Result, admitted.Shortfall));
        Assert.Equal(["b"], tenant.Balance.Vms.Keys);
    }

    [Fact]
    public void Policy_4_2_A_refusal_names_the_credits_that_did_not_count()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "notebook", "9", "ai-notebook");
        tenant.Grant("10:00:00", CreditKind.Voucher, "later", "9", from: "11:00:00");
        tenant.Grant("10:00:00", CreditKind.Voucher, "counts", "1", "gpu-vm");

        var refused = tenant.Create("10:00:00", "a");

        Assert.Equal("1.000000", refused.Have.ToString());
        Assert.Equal(["notebook", "later"], refused.NotCounted.Select(lot => lot.Id));
    }

    [Fact]
    public void Policy_4_2_The_hour_is_that_of_every_VM_and_of_the_one_asked_for()
    {
        tenant.TopUp("10:00:00", "7");
        tenant.Run("10:00:00", "a");
        tenant.Become("10:00:00", "a", VmStatus.Error); // counts, though it is not billed
        tenant.Run("10:00:00", "b");

        var third = tenant.Create("10:00:00", "c");
        tenant.Become("10:00:01", "a", VmStatus.Deleting);
        var again = tenant.Create("10:00:01", "c");

        Assert.Equal((AdmissionResult.Refused, "7.620000"), (third.Result, third.Need.ToString()));
        Assert.Equal((AdmissionResult.Admitted, "5.080000"), (again.Result, again.Need.ToString()));
    }

    [Fact]
    public void Policy_4_2_By_setting_only_the_one_asked_for_is_estimated()
    {
        var single = new Tenant(new BillingPolicy { EstimateEveryVm = false });
        single.TopUp("10:00:00", "3");
        single.Run("10:00:00", "a");

        Assert.Equal((AdmissionResult.Admitted, "2.540000"), (single.Create("10:00:00", "b").Result, single.Create("10:00:00", "c").Need.ToString()));
    }

    [Fact]
    public void Policy_4_2_The_estimate_goes_by_the_price_in_force()
    {
        var dearer = new Tenant(null, Tenant.Sold("p", ("2026-01-01T00:00:00Z", "1"), ("2026-03-02T10:10:00Z", "5")));
        dearer.TopUp("10:00:00", "4");

        Assert.Equal(AdmissionResult.Refused, dearer.Create("10:10:00", "late", "p").Result);
        Assert.Equal("5.000000", dearer.Create("10:10:01", "late", "p").Need.ToString());
    }

    [Fact]
    public void E7_Of_200_parallel_creates_with_money_for_three_and_a_half_exactly_3_are_admitted()
    {
        tenant.TopUp("10:00:00", "8.89"); // 3.5 × 2.54

        var answers = tenant.Do("10:00:00", step => Enumerable.Range(0, 200).Select(i => step.Create($"create-{i}", $"vm-{i}", "1xH100", new VmTraits($"vm-{i}"))).ToList());

        Assert.Equal(3, answers.Count(answer => answer.Result == AdmissionResult.Admitted));
        Assert.All(answers.Skip(3), answer => Assert.Equal(("10.160000", "8.890000", "1.270000"), (answer.Need.ToString(), answer.Have.ToString(), answer.Shortfall.ToString())));
        Assert.Equal(3, tenant.Ordered(OrderKind.Create).Count());
    }

    [Fact]
    public void E7_A_create_that_the_platform_fails_frees_its_place_when_it_is_deleted()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Create("10:00:00", "a");
        Assert.Equal(AdmissionResult.Refused, tenant.Create("10:00:01", "b").Result);

        tenant.Become("10:00:02", "a", VmStatus.Deleted);

        Assert.Equal(AdmissionResult.Admitted, tenant.Create("10:00:03", "b").Result);
        Assert.Equal("3.000000", tenant.LiveAt("10:00:03")); // and nothing was billed for it
    }

    [Theory]
    [InlineData(VmRequest.PowerOn)]
    [InlineData(VmRequest.Reboot)]
    public void E8_Power_on_and_reboot_need_the_hour_too(VmRequest request)
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");

        Assert.Equal(AdmissionResult.Admitted, tenant.Do("10:10:51", step => step.Admit("a", request)).Result);
        var refused = tenant.Do("10:10:52", step => step.Admit("a", request));
        Assert.Equal((AdmissionResult.Refused, "2.540000", "2.539978"), (refused.Result, refused.Need.ToString(), refused.Have.ToString()));
        Assert.Equal(AdmissionResult.UnknownVm, tenant.Do("10:10:53", step => step.Admit("z", request)).Result);
    }

    [Theory]
    [InlineData(VmRequest.PowerOff)]
    [InlineData(VmRequest.Delete)]
    public void E8_Power_off_and_delete_are_never_asked_for_money(VmRequest request)
    {
        Assert.False(request.NeedsCredit());
        Assert.Throws<ArgumentException>(() => tenant.Do("10:00:00", step => step.Admit("a", request)));
    }

    [Fact]
    public void Policy_4_2_A_package_that_is_not_sold_is_refused()
    {
        tenant.TopUp("10:00:00", "3");

        Assert.Equal(AdmissionResult.UnknownPackage, tenant.Create("10:00:00", "a", "8xH900").Result);

        var early = new Tenant(null, Tenant.Sold("p", ("2026-03-02T12:00:00Z", "1")));
        early.TopUp("10:00:00", "3");
        Assert.Equal(AdmissionResult.UnknownPackage, early.Create("10:00:00", "a", "p").Result);
        Assert.Equal(AdmissionResult.Admitted, early.Create("12:00:00", "a", "p").Result);
    }

    [Fact]
    public void Policy_4_3_Low_is_told_once_a_crossing_and_armed_again_on_recovery()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Run("10:00:00", "a");
        tenant.Live("10:30:00");
        tenant.TopUp("10:30:00", "0.809999"); // still a millionth below the hour
        tenant.Live("10:31:00");
        tenant.TopUp("10:31:00", "0.1");
        tenant.Live("10:50:00");

        Assert.Equal(["10:10:52", "10:32:22"], tenant.Told(NoticeKind.Low));
        Assert.Equal(2, tenant.Events.OfType<BecameLow>().Count());
        Assert.Equal(StandingLevel.Low, tenant.Standing.Level);
    }

    [Fact]
    public void Policy_4_3_A_price_change_can_make_a_balance_low()
    {
        var dearer = new Tenant(null, Tenant.Sold("p", ("2026-01-01T00:00:00Z", "1"), ("2026-03-02T10:10:00Z", "5")));
        dearer.TopUp("10:00:00", "4");
        dearer.Run("10:00:00", "a", "p");

        dearer.Live("10:20:00");

        Assert.Equal(["10:10:00"], dearer.Told(NoticeKind.Low));
    }
}
