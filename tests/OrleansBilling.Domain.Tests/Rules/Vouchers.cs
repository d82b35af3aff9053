using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>Vouchers: their codes and terms, the credit that they become, and how it stands (policy 1.4, 2.3, 2.6; M5).</summary>
public sealed class Vouchers
{
    private static readonly VoucherTerms terms =
        new(Currency.Usd, Amount.Parse("5"), Scope.Parse("gpu-vm"), Tenant.At("10:00:00"), Tenant.At("11:00:00"), TimeSpan.FromDays(30));

    private readonly Tenant tenant = new();

    [Theory]
    [InlineData("ABCDE12345", "ABCDE12345")]
    [InlineData(" abcde-12345 ", "ABCDE12345")]
    [InlineData("ABCDE1234", null)]
    [InlineData("ABCDE123456", null)]
    [InlineData("ABCDE1234É", null)]
    [InlineData("ABCDE1234ı", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_code_has_ten_characters_and_forgives_how_it_is_typed(string? typed, string? code) => Assert.Equal(code, VoucherCode.Read(typed));

    [Theory]
    [InlineData("09:59:59.999", false)]
    [InlineData("10:00:00", true)]
    [InlineData("10:59:59.999", true)]
    [InlineData("11:00:00", false)]
    public void It_is_redeemed_in_its_window_and_at_no_other_time(string at, bool open) => Assert.Equal(open, terms.IsOpenAt(Tenant.At(at)));

    [Fact]
    public void Terms_that_make_no_sense_are_the_callers_mistake()
    {
        Assert.Same(terms, terms.Checked());
        Assert.Throws<ArgumentException>(() => (terms with { Amount = Amount.Zero }).Checked());
        Assert.Throws<ArgumentException>(() => (terms with { Until = terms.From }).Checked());
        Assert.Throws<ArgumentException>(() => (terms with { Life = TimeSpan.FromSeconds(59) }).Checked());
        Assert.Throws<ArgumentException>(() => (terms with { Life = TimeSpan.FromDays(3654) }).Checked());
    }

    [Fact]
    public void Policy_2_3_2_6_A_redeemed_voucher_pays_for_its_products_from_now_to_its_end_and_is_told_once()
    {
        tenant.TopUp("10:00:00", "1");
        Assert.Equal(PostingResult.Posted, Redeem("10:01:00", "voucher/spring", "v").Result);

        tenant.Charge("10:02:00", "1", "inference");
        tenant.Charge("10:03:00", "1", "ai-notebook");
        tenant.Live("12:00:00");

        Assert.Equal(["Credit 5.000000 v", "Charge -1.000000 topUp", "Charge -1.000000 v", "Expiry -4.000000 v"], tenant.Entries.Skip(1).Select(Row));
        Assert.Equal(["10:01:00"], tenant.Told(NoticeKind.VoucherRedeemed));
        Assert.Empty(tenant.Told(NoticeKind.CreditAdded));
    }

    [Fact]
    public void M5_Two_vouchers_under_one_id_are_refused_and_the_same_again_is_the_same()
    {
        var first = Redeem("10:01:00", "voucher/spring", "v");

        Assert.Equal(first, Redeem("10:02:00", "voucher/spring", "v"));
        Assert.Equal(PostingResult.OperationReused, Redeem("10:02:00", "voucher/spring", "w").Result);
        Assert.Single(tenant.Entries);
    }

    [Fact]
    public void Policy_1_4_In_another_currency_it_is_refused()
    {
        tenant.Do("10:00:00", step => step.TopUp("t", Currency.Jpy, Amount.Parse("3000"), "card"));
        Assert.Equal(PostingResult.OtherCurrency, Redeem("10:01:00", "voucher/spring", "v").Result);
    }

    [Fact]
    public void Policy_2_6_It_is_valid_then_used_up_expired_or_revoked()
    {
        foreach (var lot in new[] { "used", "revoked", "early", "late" }) tenant.Grant("10:00:00", CreditKind.Voucher, lot, "1", Product(lot), until: lot == "late" ? null : "11:00:00");
        Assert.All(tenant.Balance.Lots, lot => Assert.Equal(VoucherStatus.Valid, lot.ToVoucherStatus()));

        tenant.Charge("10:10:00", "1", "inference");
        tenant.Do("10:20:00", step => step.Revoke("revoked", "a mistake"));
        Assert.Equal([VoucherStatus.UsedUp, VoucherStatus.Revoked, VoucherStatus.Valid, VoucherStatus.Valid], tenant.Balance.Lots.Select(lot => lot.ToVoucherStatus()));

        tenant.Live("11:00:00");
        Assert.Equal([VoucherStatus.UsedUp, VoucherStatus.Revoked, VoucherStatus.Expired, VoucherStatus.Valid], tenant.Balance.Lots.Select(lot => lot.ToVoucherStatus()));

        static string Product(string lot) => lot == "used" ? "inference" : "ai-notebook";
    }

    [Fact]
    public void Guesses_lock_at_the_last_that_is_allowed_and_count_within_the_window_alone()
    {
        var limit = new GuessLimit(3, TimeSpan.FromMinutes(60), TimeSpan.FromHours(24));
        var guesses = Guesses.None.With(Tenant.At("10:00:00"), limit).With(Tenant.At("10:30:00"), limit);
        Assert.False(guesses.AreLockedAt(Tenant.At("10:30:00")));

        Assert.False(guesses.With(Tenant.At("11:00:00"), limit).AreLockedAt(Tenant.At("11:00:00"))); // the first is an hour old
        var locked = guesses.With(Tenant.At("10:59:59.999"), limit);

        Assert.True(locked.AreLockedAt(Tenant.At("10:59:59.999")));
        Assert.True(locked.AreLockedAt(Tenant.At("2026-03-03T10:59:59.998Z")));
        Assert.False(locked.AreLockedAt(Tenant.At("2026-03-03T10:59:59.999Z")));
        Assert.Empty(locked.Wrong);
    }

    private PostingOutcome Redeem(string at, string operation, string lot) => tenant.Do(at, step =>
        step.Redeem(operation, lot, Scope.Parse("ai-notebook"), Currency.Usd, Amount.Parse("5"), Tenant.At("11:00:00"), "spring"));

    private static string Row(LedgerEntry entry) => $"{entry.Kind} {entry.Change} {string.Join(' ', entry.Lines.Select(line => line.Lot))}";
}
