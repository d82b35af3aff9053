using OrleansBilling.FakeGateways;

namespace OrleansBilling.Payments.Tests.Fakes;

public sealed class StripeFakeTests
{
    [Fact]
    public async Task A_dispute_takes_the_credit_and_gives_it_back_when_it_is_won_in_any_order_of_its_events()
    {
        await using var merchant = await Merchant.Open();
        var payment = await Paid(merchant);
        merchant.Fakes.Post.Behaviour = new FakeBehaviour(Copies: 2, Reordered: true);
        merchant.Fakes.Do(payment.Id, FakeAct.Dispute);
        merchant.Fakes.Do(payment.Id, FakeAct.Withdraw);
        await merchant.Fakes.Post.Settled();
        Assert.Equal((PaymentStatus.Disputed, "0.000000"), (merchant.State(payment).Status, merchant.Credit));

        merchant.Fakes.Do(payment.Id, FakeAct.Win);
        merchant.Fakes.Do(payment.Id, FakeAct.Reinstate);
        await merchant.Fakes.Post.Settled();

        Assert.Equal((PaymentStatus.DisputeWon, "25.000000"), (merchant.State(payment).Status, merchant.Credit));
    }

    [Fact]
    public async Task A_dispute_of_which_nothing_was_heard_is_found_by_asking()
    {
        await using var merchant = await Merchant.Open();
        var payment = await Paid(merchant);
        merchant.Fakes.Post.Behaviour = new FakeBehaviour(Silent: true);
        merchant.Fakes.Do(payment.Id, FakeAct.Dispute);
        merchant.Fakes.Do(payment.Id, FakeAct.Withdraw);
        await merchant.Ask(payment);
        Assert.Equal((PaymentStatus.Disputed, "0.000000"), (merchant.State(payment).Status, merchant.Credit));

        merchant.Fakes.Do(payment.Id, FakeAct.Lose);
        await merchant.Ask(payment);

        Assert.Equal((PaymentStatus.DisputeLost, "0.000000"), (merchant.State(payment).Status, merchant.Credit));
    }

    [Fact]
    public async Task A_session_that_closes_unused_is_expired()
    {
        await using var merchant = await Merchant.Open();
        var told = await merchant.Begin("stripe", Currency.Usd, "25");
        merchant.Fakes.Do(told.Id, FakeAct.Expire);
        await merchant.Fakes.Post.Settled();
        merchant.Fakes.Post.Behaviour = new FakeBehaviour(Silent: true);
        var asked = await merchant.Begin("stripe", Currency.Usd, "25");
        merchant.Fakes.Do(asked.Id, FakeAct.Expire);
        await merchant.Ask(asked);

        Assert.Equal((PaymentStatus.Expired, PaymentStatus.Expired), (merchant.State(told).Status, merchant.State(asked).Status));
    }

    private static async Task<Payment> Paid(Merchant merchant)
    {
        var payment = await merchant.Begin("stripe", Currency.Usd, "25");
        await merchant.Choose(payment, FakeAct.Pay);
        await merchant.Fakes.Post.Settled();
        return payment;
    }
}
