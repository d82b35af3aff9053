using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>Billing plans: their credit, what is paid for them, renewal (policy 2.4, 2.6; M5, M8). Their prices are in <see cref="PricesOfPlans"/>.</summary>
public sealed class Plans
{
    private readonly Tenant tenant = new();

    [Fact]
    public void Policy_2_6_Its_credit_pays_from_the_start_to_the_end_and_what_is_left_leaves_with_a_word()
    {
        tenant.TopUp("10:00:00", "100");
        Assert.Equal(PlanResult.Done, tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "5"));
        tenant.Run("10:00:00", "a");
        Assert.Equal(("100.000000", PlanStatus.Inactive), (tenant.Balance.Total.ToString(), StatusAt("10:09:59.999")));

        tenant.Live("11:10:00");

        Assert.Equal((PlanStatus.Active, PlanStatus.Expired), (StatusAt("11:09:59.999"), StatusAt("11:10:00")));
        Assert.Equal(["10:10:00 Credit 5.000000 march", "11:10:00 Expiry -2.460000 march"], tenant.Entries.Where(entry => entry.Kind is EntryKind.Expiry || entry.Lines[0].Change == Amount.Parse("5")).Select(Row));
        var ended = Assert.Single(tenant.Notices, notice => notice.Kind == NoticeKind.PlanEnded);
        Assert.Equal(("11:10:00", "2.460000", "march"), ($"{ended.At:HH:mm:ss}", $"{ended.Amount}", ended.About));
        Assert.DoesNotContain(tenant.Notices, notice => notice.Kind == NoticeKind.CreditExpired); // told as the end of the plan
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }

    [Fact]
    public void Policy_2_6_The_end_of_one_that_is_used_up_is_told_too()
    {
        tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "0.1");
        tenant.Live("10:10:00");
        tenant.Charge("10:11:00", "0.1");
        tenant.Live("11:10:00");

        Assert.Equal(Amount.Zero, Assert.Single(tenant.Notices, notice => notice.Kind == NoticeKind.PlanEnded).Amount);
        Assert.Equal(LotState.Spent, Assert.Single(tenant.Balance.Lots).State);
    }

    [Fact]
    public void Policy_2_4_Found_long_after_its_whole_period_it_has_begun_and_ended_in_time()
    {
        tenant.TopUp("10:00:00", "100");
        tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "1", renews: true);
        tenant.Run("10:00:00", "a");

        tenant.Advance("13:00:00"); // nobody was looking

        Assert.Equal(
            ["10:10:00 Credit", "11:10:00 Credit", "12:10:00 Credit"],
            tenant.Entries.Where(entry => entry.Kind == EntryKind.Credit && entry.Lines[0].Kind == CreditKind.BillingPlan).Select(entry => $"{entry.At:HH:mm:ss} {entry.Kind}"));
        Assert.Equal("1.000000", $"{-tenant.Entries.SelectMany(entry => entry.Lines).Where(line => line.Lot == "plan/march/1" && line.Change < Amount.Zero).Aggregate(Amount.Zero, (sum, line) => sum + line.Change)}");
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }

    [Fact]
    public void A_renewal_makes_the_next_period_at_the_end_once_until_it_is_switched_off()
    {
        tenant.Plan("10:00:00", "monthly", "11:00:00", "12:00:00", "1", renews: true);
        tenant.Live("12:30:00");
        Assert.Equal(PlanResult.Done, Renew("12:59:00", renews: false, "off"));
        tenant.Live("18:00:00");

        Assert.Equal(["1 11:00:00 12:00:00", "2 12:00:00 13:00:00"], tenant.Balance.Plans.Select(plan => $"{plan.Period} {plan.Terms.From:HH:mm:ss} {plan.Terms.To:HH:mm:ss}"));
        Assert.Equal(["12:00:00", "13:00:00"], tenant.Told(NoticeKind.PlanEnded));
        Assert.Equal(["11:00:00", "12:00:00"], tenant.Told(NoticeKind.CreditAdded));
        Assert.Equal([true, false], tenant.Balance.Plans.Select(plan => plan.Renews));
        Assert.Equal(Amount.Zero, tenant.Balance.Total);
    }

    [Fact]
    public void A_renewal_is_switched_a_minute_before_the_end_at_the_latest_and_a_late_repetition_undoes_nothing()
    {
        tenant.Plan("10:00:00", "monthly", "11:00:00", "12:00:00", "1");
        Assert.Equal(PlanResult.Done, Renew("11:10:00", renews: true, "on"));
        Assert.Equal(PlanResult.Done, Renew("11:20:00", renews: false, "off"));
        Assert.Equal(PlanResult.Done, Renew("11:30:00", renews: true, "on")); // once more: it was done
        Assert.False(Assert.Single(tenant.Balance.Plans).Renews);
        Assert.Equal(PlanResult.OperationReused, Renew("11:30:00", renews: true, "off"));
        Assert.Equal(PlanResult.TooLate, Renew("11:59:01", renews: true, "late"));
        Assert.Equal(PlanResult.UnknownPlan, tenant.Do("11:30:00", step => step.SwitchPlanRenewal("other", "weekly", true, "grace")));
        tenant.Live("14:00:00");
        Assert.Single(tenant.Balance.Plans);
        Assert.Equal(PlanResult.TooLate, Renew("14:00:00", renews: true, "later")); // over

        Assert.Equal(PlanResult.Done, Renew("14:00:00", renews: false, "off")); // an old command is known whatever has happened since
    }

    [Fact]
    public void Policy_2_2_A_payment_is_recorded_once_and_moves_no_money()
    {
        tenant.TopUp("10:00:00", "3");
        tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "10");
        Assert.Equal(PlanPaymentState.Unpaid, Assert.Single(tenant.Balance.Plans).PaymentState);
        var before = tenant.Entries.Count();

        for (var times = 0; times < 2; times++) Assert.Equal(PlanResult.Done, Pay("10:01:00", "4", "first"));
        Assert.Equal((PlanPaymentState.PartiallyPaid, "4.000000"), (Assert.Single(tenant.Balance.Plans).PaymentState, $"{tenant.Balance.Plans[0].Paid}"));
        Assert.Equal(PlanResult.OperationReused, Pay("10:02:00", "5", "first"));
        Assert.Equal(PlanResult.PaymentOutOfRange, Pay("10:02:00", "6.000001", "second"));
        Assert.Equal(PlanResult.PaymentOutOfRange, Pay("10:02:00", "-4.000001", "second"));
        Assert.Equal(PlanResult.Done, Pay("10:02:00", "-1", "mistyped"));
        Assert.Equal(PlanResult.UnknownPlan, Pay("10:02:00", "1", "other", period: 2));
        tenant.Live("12:00:00");
        Assert.Equal(PlanResult.Done, Pay("12:00:00", "7", "rest")); // afterwards

        Assert.Equal((PlanPaymentState.Paid, "3.000000"), (tenant.Balance.Plans[0].PaymentState, $"{tenant.Balance.TopUp}"));
        Assert.Equal(before + 2, tenant.Entries.Count()); // the credit and its end
        Assert.Equal(["4.000000 first", "-1.000000 mistyped", "7.000000 rest"], tenant.Balance.Plans[0].Changes.Select(change => $"{change.Paid} {change.Operation}"));
    }

    [Fact]
    public void Nothing_is_paid_for_a_plan_that_was_cancelled_and_what_was_recorded_can_be_taken_back()
    {
        tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "10");
        Pay("10:01:00", "4", "first");
        Assert.Equal(PlanResult.Done, tenant.Do("10:02:00", step => step.CancelPlan("cancel", "march", "grace")));

        Assert.Equal(PlanResult.PlanCancelled, Pay("10:03:00", "1", "second"));
        Assert.Equal(PlanResult.Done, Pay("10:03:00", "4", "first")); // once more: it was done before
        Assert.Equal(PlanResult.Done, Pay("10:03:00", "-4", "back"));

        Assert.Equal(Amount.Zero, Assert.Single(tenant.Balance.Plans).Paid);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Policy_1_4_Credit_that_never_began_has_fixed_no_currency(bool plan)
    {
        if (plan) tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "1");
        else tenant.Grant("10:00:00", CreditKind.Voucher, "gift", "1", from: "10:10:00");
        tenant.Grant("10:00:00", CreditKind.Voucher, "other", "1", from: "10:20:00");
        Assert.Equal(PostingResult.OtherCurrency, InDong("10:01:00").Result); // it is promised in dollars
        CancelAll(plan, "gift");
        Assert.Equal(Currency.Usd, tenant.Balance.Currency); // the other one waits
        tenant.Do("10:03:00", step => step.Revoke("other", "a mistake"));

        Assert.Null(tenant.Balance.Currency);
        Assert.Equal(PostingResult.Posted, InDong("10:04:00").Result);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Policy_1_4_4_3_The_own_threshold_goes_with_the_currency_that_it_was_in(bool plan)
    {
        if (plan) tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "1");
        else tenant.Grant("10:00:00", CreditKind.Voucher, "gift", "1", from: "10:10:00");
        tenant.Do("10:01:00", step => step.Watch("watch", Amount.Parse("30"), ["a@example.org"]));
        CancelAll(plan, "gift");

        Assert.Equal((null, false), (tenant.Balance.OwnThreshold, tenant.Standing.BelowOwnThreshold));
        Assert.True(tenant.Do("10:03:00", step => step.Watch("watch", Amount.Parse("30"), ["a@example.org"]))); // late and once more: it was done before
        InDong("10:04:00");
        tenant.Live("10:20:00");

        Assert.Null(tenant.Balance.OwnThreshold);
        Assert.Equal("a@example.org", Assert.Single(tenant.Balance.Recipients));
        var told = Assert.Single(tenant.Notices, notice => notice.Kind == NoticeKind.OwnThreshold);
        Assert.Equal((Currency.Usd, Tenant.At("10:01:00")), (told.Currency, told.At)); // and is read as told, whatever the balance has now
    }

    [Theory]
    [InlineData("chosen")]
    [InlineData("paid")]
    [InlineData("begun")]
    public void Policy_1_4_What_was_chosen_or_fixed_by_money_stays_when_a_plan_is_cancelled(string by)
    {
        tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "1");
        if (by == "chosen") tenant.Do("10:01:00", step => step.ChooseCurrency(Currency.Usd));
        else if (by == "paid") tenant.TopUp("10:01:00", "3");
        else tenant.Grant("10:01:00", CreditKind.Voucher, "gift", "1");

        CancelAll(plan: true, "");

        Assert.Equal(Currency.Usd, tenant.Balance.Currency);
        Assert.Equal(PostingResult.OtherCurrency, InDong("10:04:00").Result);
    }

    [Fact]
    public void An_own_price_is_above_zero() =>
        Assert.Throws<ArgumentException>(() => tenant.Plan("10:00:00", "free", "10:10:00", "11:10:00", "1", prices: [("1xH100", "0")]));

    [Theory]
    [InlineData("720:00:00", false, null, "5")]
    [InlineData("720:00:00", true, null, "65")] // 13 periods of 30 days begin within a year
    [InlineData("8760:00:00", true, null, "10")] // one that is as long is followed by another all the same
    [InlineData("01:00:00", true, null, "43800")]
    [InlineData("720:00:00", false, "2.50", "33.8")] // one machine all the time: 0.04 × 720 h
    [InlineData("720:00:00", true, "2.50", "439.4")]
    [InlineData("01:30:00", false, "2.50", "5.08")] // begun hours
    [InlineData("720:00:00", false, "2.60", "5")] // dearer than listed is no gift
    public void What_a_plan_gives_is_its_credit_and_what_its_prices_save_with_its_renewals(string length, bool renews, string? price, string worth)
    {
        var from = Tenant.At("11:00:00");
        var hours = length.Split(':');
        var terms = new PlanTerms(
            "plan", Scope.AllProducts, from, from + new TimeSpan(int.Parse(hours[0], null), int.Parse(hours[1], null), 0), Amount.Parse("5"), Amount.Zero, PlanPayment.Afterwards,
            price is null ? [] : [new OwnPrice("1xH100", HourlyPrice.Parse(price))]);

        Assert.Equal(Amount.Parse(worth).Micros, PlanWorth.Of(terms, renews, Currency.Usd, tenant.Rules.Prices));
        Assert.Equal(price is null ? Amount.Parse(worth).Micros : Int128.MaxValue, PlanWorth.Of(terms, renews, Currency.Vnd, tenant.Rules.Prices)); // no exchange rate
    }

    [Fact]
    public void Policy_2_4_Unpaid_it_grants_its_credit_all_the_same_and_a_renewed_period_is_unpaid()
    {
        tenant.Plan("10:00:00", "monthly", "11:00:00", "12:00:00", "1", renews: true);
        Pay("10:00:00", "1", "paid", "monthly");
        tenant.Live("12:00:00");

        Assert.Equal([PlanPaymentState.Paid, PlanPaymentState.Unpaid], tenant.Balance.Plans.Select(plan => plan.PaymentState));
        Assert.Equal("1.000000", $"{tenant.Balance.Total}");
    }

    [Fact]
    public void M5_It_is_made_once_and_other_content_under_its_id_is_refused()
    {
        for (var times = 0; times < 2; times++) Assert.Equal(PlanResult.Done, tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "5"));
        Assert.Equal(PlanResult.OperationReused, tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "6"));
        Assert.Equal(PlanResult.OperationReused, tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "5", renews: true));
        Assert.Equal(PlanResult.PlanExists, tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "5", operation: "another"));
        tenant.Live("12:00:00");
        Assert.Equal(PlanResult.Done, tenant.Plan("12:00:00", "march", "10:10:00", "11:10:00", "5")); // long over, and still the answer that it had
        Assert.Equal(PlanResult.OperationReused, tenant.Plan("12:00:00", "march", "10:10:00", "11:10:00", "6"));

        Assert.Equal([EntryKind.Credit, EntryKind.Expiry], tenant.Entries.Select(entry => entry.Kind));
    }

    [Fact]
    public void Policy_1_4_It_is_in_the_currency_of_its_balance()
    {
        tenant.TopUp("10:00:00", "1");
        var terms = new PlanTerms("march", Scope.AllProducts, Tenant.At("11:00:00"), Tenant.At("12:00:00"), new Amount(1), Amount.Zero, PlanPayment.Upfront, []);
        Assert.Equal(PlanResult.OtherCurrency, tenant.Do("10:00:00", step => step.MakePlan("make", "march", Currency.Vnd, terms, false, "grace")));
        Assert.Empty(tenant.Balance.Plans);
    }

    [Fact]
    public void M8_One_that_is_cancelled_before_its_start_never_grants_anything()
    {
        tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "5", renews: true);
        tenant.Plan("10:00:00", "april", "10:10:00", "11:10:00", "5");
        for (var times = 0; times < 2; times++) Assert.Equal(PlanResult.Done, tenant.Do("10:09:00", step => step.CancelPlan("cancel", "march", "grace")));
        Assert.Equal(PlanResult.TooLate, tenant.Do("10:09:01", step => step.CancelPlan("late", "april", "grace")));
        Assert.Equal(PlanResult.TooLate, Renew("10:09:30", renews: true, "on", "march"));
        tenant.Live("13:00:00");

        Assert.Equal([PlanStatus.Cancelled, PlanStatus.Expired], tenant.Balance.Plans.Select(plan => plan.StatusAt(Tenant.At("13:00:00"))));
        Assert.Equal(["plan/april/1", "plan/april/1"], tenant.Entries.Select(entry => Assert.Single(entry.Lines).Lot));
        Assert.Equal(["11:10:00"], tenant.Told(NoticeKind.PlanEnded));
    }

    [Fact]
    public void Nobody_else_makes_or_takes_back_the_lot_of_a_plan()
    {
        tenant.Plan("10:00:00", "march", "10:10:00", "11:10:00", "5");
        Assert.Throws<ArgumentException>(() => tenant.Grant("10:00:00", CreditKind.Voucher, "plan/march/2", "1"));
        Assert.Throws<ArgumentException>(() => tenant.Adjust("10:00:00", "1", CreditKind.BillingPlan, "plan/march/2"));
        Assert.Throws<ArgumentException>(() => tenant.TopUp("10:00:00", "1", "plan/march/2"));
        Assert.Throws<ArgumentException>(() => tenant.Do("10:00:00", step => step.Revoke("plan/march/1", "a mistake")));
        tenant.Live("10:10:00");
        Assert.Equal(PostingResult.Posted, tenant.Adjust("10:10:00", "-1", CreditKind.BillingPlan, "plan/march/1").Result); // but an operator may put it right
    }

    [Theory]
    [InlineData("", "11:00:00", "12:00:00", "1", "", "1")]
    [InlineData("a/b", "11:00:00", "12:00:00", "1", "", "1")]
    [InlineData("march", "11:00:00", "11:59:59", "1", "", "1")]
    [InlineData("march", "11:00:00", "2046-03-02T12:00:00Z", "1", "", "1")]
    [InlineData("march", "11:00:00", "12:00:00", "0", "", "1")]
    [InlineData("march", "11:00:00", "12:00:00", "1", "", "1", "1")]
    [InlineData("march", "11:00:00", "12:00:00", "1", "ai-notebook", "1")]
    public void Terms_that_make_no_sense_are_the_callers_mistake(string id, string from, string to, string credit, string products, params string[] prices)
    {
        Assert.ThrowsAny<ArgumentException>(() => tenant.Plan("10:00:00", id, from, to, credit, products, [.. prices.Select(price => ("1xH100", price))]));
        Assert.Empty(tenant.Balance.Plans);
    }

    [Fact]
    public void What_is_left_counts_usage_that_is_not_posted_and_lasts_behind_what_is_used_before_it()
    {
        tenant.TopUp("10:00:00", "100");
        tenant.Plan("10:00:00", "soon", "10:10:00", "12:10:00", "2.54", "gpu-vm");
        tenant.Plan("10:00:00", "later", "10:10:00", "14:10:00", "5.08");
        tenant.Plan("10:00:00", "last", "10:10:00", "18:10:00", "2.54");
        tenant.Plan("10:00:00", "books", "10:10:00", "14:10:00", "1", "ai-notebook");
        tenant.Live("10:10:00");
        Assert.Equal(("2.540000", null), Runway("soon", "10:10:00")); // nothing uses it
        tenant.Run("10:10:00", "a");

        Assert.Equal(("2.540000", TimeSpan.FromHours(1)), Runway("soon", "10:10:00"));
        Assert.Equal(("2.116667", TimeSpan.FromSeconds(3000)), Runway("soon", "10:20:00")); // 600 s, not posted
        Assert.Equal(("5.080000", TimeSpan.FromSeconds(3000 + 7200)), Runway("later", "10:20:00"));
        Assert.Equal(("2.540000", TimeSpan.FromSeconds(3000 + 7200 + 3600)), Runway("last", "10:20:00"));
        Assert.Equal(("1.000000", null), Runway("books", "10:20:00"));
        tenant.Live("11:40:00");
        Assert.Equal(("0.000000", TimeSpan.Zero), Runway("soon", "11:40:00"));
        Assert.Equal(("3.810000", TimeSpan.FromSeconds(5400)), Runway("later", "11:40:00"));
        tenant.Become("11:40:00", "a", VmStatus.Error);
        Assert.Equal(("3.810000", null), Runway("later", "11:40:00"));
    }

    private (string Remaining, TimeSpan? UsedUpIn) Runway(string plan, string at)
    {
        var runway = PlanRunway.Of(tenant.Balance.Plans.Find(other => other.Id == plan)!, tenant.Balance, Tenant.At(at), tenant.Rules.Prices);
        return ($"{runway.Remaining}", runway.UsedUpIn);
    }

    private PlanResult Renew(string at, bool renews, string operation, string plan = "monthly") => tenant.Do(at, step => step.SwitchPlanRenewal(operation, plan, renews, "grace"));

    private PlanResult Pay(string at, string amount, string operation, string plan = "march", int period = 1) =>
        tenant.Do(at, step => step.RecordPlanPayment(operation, plan, period, Amount.Parse(amount), "grace", "invoice 7"));

    private PlanStatus StatusAt(string at) => Assert.Single(tenant.Balance.Plans).StatusAt(Tenant.At(at));

    private static string Row(LedgerEntry entry) => $"{entry.At:HH:mm:ss} {entry.Kind} {entry.Change} {entry.Description}";

    private PostingOutcome InDong(string at) => tenant.Do(at, step => step.TopUp("dong", Currency.Vnd, Amount.Parse("500000"), "card"));

    private void CancelAll(bool plan, string lot)
    {
        if (plan) Assert.Equal(PlanResult.Done, tenant.Do("10:02:00", step => step.CancelPlan("cancel", "march", "grace")));
        else tenant.Do("10:02:00", step => step.Revoke(lot, "a mistake"));
    }
}
