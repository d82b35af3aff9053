using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>A lot that an operator takes back (policy 2.6, 3.9; M1, M3, M8).</summary>
public sealed class Revoking
{
    private readonly Tenant tenant = new();

    [Fact]
    public void Policy_2_6_What_was_used_until_then_is_settled_and_the_rest_leaves_in_one_entry()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "1");
        tenant.Run("10:00:00", "a");

        Revoke("10:05:00", "v");

        Assert.Equal(["10:05:00 Charge -0.211666 v", "10:05:00 Revocation -0.788334 v"], tenant.Entries.Skip(2).Select(Row));
        Assert.Equal(("revocation/v/4", "a mistake"), (tenant.Entries.Last().Operation, tenant.Entries.Last().Description));
        var told = Assert.Single(tenant.Notices, notice => notice.Kind == NoticeKind.CreditRevoked);
        Assert.Equal((Tenant.At("10:05:00"), "0.788334", "v"), (told.At, $"{told.Amount}", told.About));
        tenant.Live("10:15:00");
        Assert.Equal("10:15:00 Charge -0.423334 topUp", Row(tenant.Entries.Last()));
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }

    [Fact]
    public void M5_Twice_is_once()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "1");
        Revoke("10:05:00", "v");
        Revoke("10:06:00", "v");

        Assert.Single(tenant.Entries, entry => entry.Kind == EntryKind.Revocation);
        Assert.Single(tenant.Told(NoticeKind.CreditRevoked));
        Assert.Equal(LotState.Revoked, Lot("v").State);
    }

    [Fact]
    public void M8_One_that_is_not_effective_yet_never_enters()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "1", from: "10:10:00");
        Revoke("10:05:00", "v");
        tenant.Live("10:30:00");

        Assert.Empty(tenant.Entries);
        Assert.Equal((LotState.Revoked, Amount.Zero), (Lot("v").State, tenant.Balance.Total));
        Assert.Equal(["10:05:00"], tenant.Told(NoticeKind.CreditRevoked));
    }

    [Fact]
    public void M8_One_that_has_expired_stays_expired_and_a_revoked_one_does_not_expire()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "gone", "1", until: "10:05:00");
        tenant.Grant("10:00:00", CreditKind.Voucher, "taken", "1", until: "10:15:00");
        Revoke("10:10:00", "gone");
        Revoke("10:10:00", "taken");
        tenant.Live("10:30:00");

        Assert.Equal((LotState.Ended, LotState.Revoked), (Lot("gone").State, Lot("taken").State));
        Assert.Equal(["10:05:00 Expiry -1.000000 gone", "10:10:00 Revocation -1.000000 taken"], tenant.Entries.Skip(2).Select(Row));
    }

    [Fact]
    public void Policy_3_9_What_is_given_back_to_it_later_leaves_again_at_once()
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "0.2");
        tenant.Run("10:00:00", "a");
        tenant.Live("10:15:00");
        Revoke("10:16:00", "v"); // nothing is left: no entry
        Assert.DoesNotContain(tenant.Entries, entry => entry.Kind == EntryKind.Revocation);

        tenant.Become("10:01:00", "a", VmStatus.Error, heardAt: "10:20:00"); // told late: it was hardly ever billed
        tenant.Live("10:30:00");

        var last = tenant.Entries.TakeLast(2).ToList();
        Assert.Equal((EntryKind.Correction, EntryKind.Revocation), (last[0].Kind, last[1].Kind));
        Assert.Equal(Amount.Zero, Lot("v").Remaining);
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }

    [Fact]
    public void Policy_2_6_One_that_is_used_up_stays_so_and_nothing_is_told()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "1");
        tenant.Charge("10:01:00", "1");

        for (var times = 0; times < 2; times++) Revoke("10:02:00", "v");

        Assert.Equal((LotState.Spent, VoucherStatus.UsedUp), (Lot("v").State, Lot("v").ToVoucherStatus()));
        Assert.True(Lot("v").HasEnded);
        Assert.Equal([EntryKind.Credit, EntryKind.Charge], tenant.Entries.Select(entry => entry.Kind));
        Assert.Empty(tenant.Told(NoticeKind.CreditRevoked));
    }

    [Theory]
    [InlineData(null, EntryKind.Revocation, LotState.Revoked)]
    [InlineData("11:00:00", EntryKind.Revocation, LotState.Revoked)]
    [InlineData("10:18:00", EntryKind.Expiry, LotState.Ended)] // over before that by its own end
    public void Policy_3_9_What_is_given_back_to_one_that_was_used_up_cannot_be_used_again(string? until, EntryKind leaves, LotState state)
    {
        tenant.TopUp("10:00:00", "10");
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "0.2", until: until);
        tenant.Run("10:00:00", "a");
        tenant.Live("10:15:00");
        Revoke("10:16:00", "v");
        Assert.Equal(LotState.Spent, Lot("v").State);

        tenant.Become("10:01:00", "a", VmStatus.Error, heardAt: "10:20:00");
        tenant.Live("10:30:00");

        Assert.Equal([EntryKind.Correction, leaves], tenant.Entries.TakeLast(2).Select(entry => entry.Kind));
        Assert.Equal((state, Amount.Zero), (Lot("v").State, Lot("v").Remaining));
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }

    [Fact]
    public void Policy_4_4_What_kept_the_VMs_running_is_gone_and_they_stop_at_once()
    {
        tenant.Grant("10:00:00", CreditKind.Voucher, "v", "10");
        tenant.Run("10:00:00", "a");

        Revoke("10:20:00", "v");

        Assert.Equal(["a 10:20:00"], tenant.Ordered(OrderKind.Stop));
        Assert.Equal(Amount.Zero, tenant.Balance.TopUp); // what it paid, it has paid
    }

    [Fact]
    public void A_lot_that_is_not_there_is_the_callers_mistake() => Assert.Throws<ArgumentException>(() => Revoke("10:00:00", "v"));

    private void Revoke(string at, string lot) => tenant.Do(at, step => step.Revoke(lot, "a mistake"));

    private CreditLot Lot(string id) => tenant.Balance.Lots.Find(lot => lot.Id == id)!;

    private static string Row(LedgerEntry entry) => $"{entry.At:HH:mm:ss} {entry.Kind} {entry.Change} {string.Join(' ', entry.Lines.Select(line => line.Lot))}";
}
