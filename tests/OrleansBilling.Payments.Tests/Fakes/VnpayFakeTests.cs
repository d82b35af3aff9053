using OrleansBilling.FakeGateways;

namespace OrleansBilling.Payments.Tests.Fakes;

public sealed class VnpayFakeTests
{
    [Fact]
    public async Task A_failed_payment_is_stored_with_00_and_settled_with_02()
    {
        await using var merchant = await Merchant.Open();
        var payment = await merchant.Begin("vnpay", Currency.Vnd, "500000");
        await merchant.Choose(payment, FakeAct.Fail);
        await merchant.Fakes.Post.Settled();
        merchant.Fakes.Post.Repeat(payment.Id);
        await merchant.Fakes.Post.Settled();

        Assert.Equal(PaymentStatus.Failed, merchant.State(payment).Status);
        Assert.Equal(["00", "02"], merchant.Fakes.Post.Deliveries.Select(delivery => delivery.Body.Split('"')[3]));
    }

    [Fact]
    public async Task A_failed_payment_that_VNPAY_did_not_tell_is_found_by_asking()
    {
        await using var merchant = await Merchant.Open();
        merchant.Fakes.Post.Behaviour = new FakeBehaviour(Silent: true);
        var payment = await merchant.Begin("vnpay", Currency.Vnd, "500000");
        await merchant.Choose(payment, FakeAct.Fail);
        await merchant.Ask(payment);

        Assert.Equal(PaymentStatus.Failed, merchant.State(payment).Status);
    }

    [Fact]
    public async Task M9_The_browsers_return_credits_nothing()
    {
        await using var merchant = await Merchant.Open();
        merchant.Fakes.Post.Behaviour = new FakeBehaviour(Silent: true);
        var payment = await merchant.Begin("vnpay", Currency.Vnd, "500000");
        await merchant.Choose(payment, FakeAct.Pay);

        Assert.Empty(merchant.Postings);
    }

    [Fact]
    public async Task M9_Partial_refunds_that_are_each_asked_about_add_up_and_questions_in_between_change_nothing()
    {
        await using var merchant = await Merchant.Open();
        var payment = await merchant.Begin("vnpay", Currency.Vnd, "500000");
        await merchant.Choose(payment, FakeAct.Pay);
        await merchant.Fakes.Post.Settled();
        foreach (var refund in new[] { 100_000m, 50_000m, 100_000m })
        {
            merchant.Fakes.Do(payment.Id, FakeAct.Refund, refund);
            await merchant.Ask(payment);
            await merchant.Ask(payment);
        }

        Assert.Equal("250000.000000", merchant.Credit);
        merchant.Fakes.Do(payment.Id, FakeAct.Refund);
        await merchant.Ask(payment);
        Assert.Equal("0.000000", merchant.Credit);
    }

    [Fact]
    public async Task M9_When_all_has_gone_back_it_is_all_whatever_parts_nobody_asked_about()
    {
        await using var merchant = await Merchant.Open();
        var payment = await merchant.Begin("vnpay", Currency.Vnd, "500000");
        await merchant.Choose(payment, FakeAct.Pay);
        await merchant.Fakes.Post.Settled();
        merchant.Fakes.Do(payment.Id, FakeAct.Refund, 100_000m);
        merchant.Fakes.Do(payment.Id, FakeAct.Refund, 50_000m);
        await merchant.Ask(payment);
        Assert.Equal("450000.000000", merchant.Credit); // of the two it told the last

        merchant.Fakes.Do(payment.Id, FakeAct.Refund); // the rest
        await merchant.Ask(payment);
        Assert.Equal("0.000000", merchant.Credit);
    }

    [Fact]
    public async Task An_answer_to_a_question_that_VNPAY_did_not_sign_is_not_believed()
    {
        await using var merchant = await Merchant.Open();
        var payment = await merchant.Begin("vnpay", Currency.Vnd, "500000");
        await merchant.Choose(payment, FakeAct.Pay);
        await merchant.Fakes.Post.Settled();
        var other = new Vnpay.AlteredAnswers(merchant.Options.Vnpay);

        await Assert.ThrowsAsync<GatewayException>(() => other.Gateway.Ask(payment, payment.Id, default));
    }
}
