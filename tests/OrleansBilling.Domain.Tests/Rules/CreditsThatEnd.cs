using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Tests.Support;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>The tenant hears of plan and voucher credit that will end unused, and of what arrives (policy 2.2, 2.6, 4.3).</summary>
public sealed class CreditsThatEnd
{
    private readonly Tenant tenant = new();

    [Fact]
    public void Policy_2_6_Told_seven_days_and_one_day_before_it_ends_and_when_it_has()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "gift", "5", until: "2026-03-20T12:00:00Z");

        tenant.Live("2026-03-21T00:00:00Z");

        var told = tenant.Notices.Where(notice => notice.Kind is NoticeKind.CreditExpiring or NoticeKind.CreditExpired);
        Assert.Equal(
            ["CreditExpiring 13 12:00 7.00:00:00 gift", "CreditExpiring 19 12:00 1.00:00:00 gift", "CreditExpired 20 12:00  gift"],
            told.Select(notice => $"{notice.Kind} {notice.At:dd HH:mm} {notice.TimeLeft} {notice.About}"));
    }

    [Fact]
    public void Policy_2_6_Each_is_told_once_however_often_and_late_the_balance_is_looked_at()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "gift", "5", until: "2026-03-20T12:00:00Z");

        foreach (var at in new[] { "2026-03-13T11:59:59Z", "2026-03-13T12:00:00Z", "2026-03-13T12:00:00Z", "2026-03-13T18:00:00Z", "2026-03-19T15:00:00Z", "2026-03-19T15:00:01Z" })
            tenant.Advance(Tenant.At(at));

        Assert.Equal(2, tenant.Notices.Count(notice => notice.Kind == NoticeKind.CreditExpiring));
    }

    [Fact]
    public void Policy_2_6_What_was_used_up_and_what_lives_for_less_than_a_day_is_not_told_of()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "short", "5", products: "gpu-vm", until: "2026-03-03T09:00:00Z");
        tenant.Grant("10:00:00", CreditKind.Voucher, "spent", "5", products: "ai-notebook", until: "2026-03-20T12:00:00Z");
        tenant.Charge("11:00:00", "5");

        tenant.Live("2026-03-21T00:00:00Z");

        Assert.DoesNotContain(tenant.Notices, notice => notice.Kind == NoticeKind.CreditExpiring);
    }

    [Fact]
    public void Policy_2_2_A_payment_is_told_as_paid_and_a_voucher_as_credit()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Grant("10:00:00", CreditKind.Voucher, "gift", "5");

        Assert.Equal([(NoticeKind.Paid, "card"), (NoticeKind.CreditAdded, "gift")], tenant.Notices.Select(notice => (notice.Kind, notice.About)));
    }
}
