using System.Globalization;
using OrleansBilling.Payments.Tests.Support;

namespace OrleansBilling.Payments.Tests;

/// <summary>Whatever a gateway says, in any order and however often, comes to the same (M5, M9). <c>BILLING_SEED=n</c> plays one seed again.</summary>
public sealed class PaymentOrderTests
{
    private static readonly IEnumerable<int> seeds =
        int.TryParse(Environment.GetEnvironmentVariable("BILLING_SEED"), CultureInfo.InvariantCulture, out var one) ? [one] : Enumerable.Range(1, 2000);

    [Fact]
    public void M9_Any_order_and_number_of_the_same_events_comes_to_the_same()
    {
        foreach (var seed in seeds)
        {
            var random = new Random(seed);
            var events = Story(random);
            var straight = Play(events);
            var mixed = new List<PaymentEvent>(events);
            for (var copy = random.Next(10); copy > 0; copy--) mixed.Add(events[random.Next(events.Count)]);
            var crooked = Play([.. mixed.OrderBy(_ => random.Next())]);

            Assert.True(straight.State.Status == crooked.State.Status, $"seed {seed}: {straight.State.Status} or {crooked.State.Status}");
            Assert.True(straight.Net == crooked.Net, $"seed {seed}: {straight.Net} or {crooked.Net}");
            Assert.True(crooked.Net >= Amount.Zero, $"seed {seed}: more was taken back than was credited: {crooked.Net}");
            Assert.True(crooked.Postings.DistinctBy(posting => posting.Operation).Count() == crooked.Postings.Count, $"seed {seed}: an operation was posted twice");
            Assert.True(
                Total(crooked.Postings, PostingKind.Credit).Micros == 25_000_000 * events.OfType<PaymentPaid>().DistinctBy(paid => paid.Reference).Count(), $"seed {seed}: a receipt was not credited once");
        }
    }

    [Fact]
    public void The_property_meets_every_status()
    {
        var met = Enumerable.Range(1, 2000).Select(seed => Play(Story(new Random(seed))).State.Status).ToHashSet();

        // Whether it is stuck or settled is between its balance and an operator, and no gateway's word.
        Assert.Subset(met, Enum.GetValues<PaymentStatus>().Except([PaymentStatus.Created, PaymentStatus.Stuck, PaymentStatus.Settled]).ToHashSet());
    }

    private static List<PaymentEvent> Story(Random random)
    {
        var events = new List<PaymentEvent>();
        if (random.Next(2) == 0) events.Add(new PaymentPending());
        if (random.Next(4) == 0) events.Add(new PaymentFailed("24"));
        if (random.Next(4) == 0) events.Add(new PaymentExpired());
        for (var receipt = random.Next(3); receipt > 0; receipt--) events.Add(new PaymentPaid($"pi_{receipt}", Currency.Usd, Amounts.Of("25")));
        for (var refund = random.Next(3); refund > 0; refund--) events.Add(new PaymentRefunded($"re_{random.Next(2)}", Currency.Usd, new Amount(random.Next(1, 30) * Amount.MicrosPerUnit)));
        var steps = Enum.GetValues<DisputeSteps>().Where(step => step != DisputeSteps.None && random.Next(3) == 0);
        if (random.Next(2) == 0) events.AddRange(steps.Select(step => new PaymentDisputed("dp_1", Currency.Usd, Amounts.Of("25"), step)));
        if (events.Count == 0) events.Add(new PayerApproved());
        return events;
    }

    private static (PaymentState State, List<PaymentPosting> Postings, Amount Net) Play(List<PaymentEvent> events)
    {
        var state = PaymentState.Of(new Payment("p1", Currency.Usd, Amounts.Of("25")), "stripe");
        var postings = new List<PaymentPosting>();
        foreach (var happened in events)
        {
            var change = state.Apply(happened);
            state = change.Next;
            postings.AddRange(change.Postings);
        }
        return (state, postings, Total(postings, PostingKind.Credit) + Total(postings, PostingKind.GiveBack) - Total(postings, PostingKind.TakeBack));
    }

    private static Amount Total(List<PaymentPosting> postings, PostingKind kind) =>
        postings.Where(posting => posting.Kind == kind).Aggregate(Amount.Zero, (sum, posting) => sum + posting.Amount);
}
