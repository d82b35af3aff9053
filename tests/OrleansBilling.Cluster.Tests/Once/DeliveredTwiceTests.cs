using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Cluster.Tests.Once;

/// <summary>One entry per operation id, whatever arrives how often and when (M5): credits and charges.</summary>
public sealed class DeliveredTwiceTests
{
    public static TheoryData<string> Commands => [.. Commanded.Names];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task M5_the_same_command_again_is_one_entry_with_one_answer(string command)
    {
        await using var cluster = await BillingCluster.Start();
        var first = await Commanded.Send(cluster, command, "op", "5");
        var again = await Commanded.Send(cluster, command, "op", "5");
        await cluster.Cluster.DeactivateAsync(cluster.Balance);
        var later = await Commanded.Send(cluster, command, "op", "5");

        Assert.Equal(new PostingReply(PostingResult.Posted, 1), first);
        Assert.Equal((first, first), (again, later));
        Assert.Single(await cluster.Entries());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task M5_the_same_command_fifty_times_at_once_is_one_entry_with_one_answer(string command)
    {
        await using var cluster = await BillingCluster.Start();
        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Commanded.Send(cluster, command, "op", "5")));
        Assert.All(replies, reply => Assert.Equal(new PostingReply(PostingResult.Posted, 1), reply));
        Assert.Single(await cluster.Entries());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task M5_the_same_command_while_the_first_is_being_written_gets_the_answer_of_the_first(string command)
    {
        var ledger = new FaultyLedger();
        await using var cluster = await BillingCluster.Start(setup => setup.Ledger = ledger.Around);
        await cluster.TopUp("1");
        var writing = ledger.HoldNext();
        var first = Commanded.Send(cluster, command, "op", "5");
        await writing.Arrived;
        var again = Enumerable.Range(0, 10).Select(_ => Commanded.Send(cluster, command, "op", "5")).ToList();
        writing.Release();

        Assert.Equal(new PostingReply(PostingResult.Posted, 2), await first);
        Assert.All(await Task.WhenAll(again), reply => Assert.Equal(new PostingReply(PostingResult.Posted, 2), reply));
        Assert.Equal(2, (await cluster.Entries()).Length);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task M5_the_same_id_with_other_content_is_refused(string command)
    {
        await using var cluster = await BillingCluster.Start();
        await Commanded.Send(cluster, command, "op", "5");
        var other = await Commanded.Send(cluster, command, "op", "6");
        Assert.Equal(PostingResult.OperationReused, other.Result);
        foreach (var foreign in Commanded.Names.Where(name => name != command))
            Assert.Equal(PostingResult.OperationReused, (await Commanded.Send(cluster, foreign, "op", "5")).Result);
        Assert.Single(await cluster.Entries());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task M5_of_two_contents_under_one_id_that_race_one_wins_for_all(string command)
    {
        await using var cluster = await BillingCluster.Start();
        var amounts = Enumerable.Range(0, 50).Select(i => i % 2 == 0 ? "5" : "6").ToList();
        var replies = await Task.WhenAll(amounts.Select(amount => Commanded.Send(cluster, command, "op", amount)));

        var entry = Assert.Single(await cluster.Entries());
        var won = entry.Change == Amount.Parse("5") || entry.Change == Amount.Parse("-5") ? "5" : "6";
        Assert.All(amounts.Zip(replies), pair => Assert.Equal(pair.First == won ? PostingResult.Posted : PostingResult.OperationReused, pair.Second.Result));
    }

    [Fact]
    public async Task M5_a_grant_that_is_not_effective_yet_is_once_too_and_enters_once()
    {
        await using var cluster = await BillingCluster.Start();
        var grant = Commanded.Grant("op", "5") with { Effective = Ladder.At("10:05:00") };
        Task<PostingReply> Send(GrantCredit command) => cluster.Billing.Grant(cluster.Tenant, command);
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Send(grant)));
        Assert.All(replies, reply => Assert.Equal(new PostingReply(PostingResult.Pending, 0), reply));
        Assert.Equal(PostingResult.OperationReused, (await Send(grant with { Amount = Amount.Parse("6") })).Result);
        Assert.Equal(PostingResult.OperationReused, (await Commanded.Send(cluster, "top-up", "op", "5")).Result);
        Assert.Empty(await cluster.Entries());

        await cluster.AdvanceTo(Ladder.At("10:05:00"));
        Assert.Equal(new PostingReply(PostingResult.Posted, 1), await Send(grant));
        Assert.Equal(Ladder.At("10:05:00"), Assert.Single(await cluster.Entries()).At);
    }

    [Fact]
    public async Task M5_one_id_is_free_in_another_tenant()
    {
        await using var cluster = await BillingCluster.Start();
        await cluster.TopUp("5", "op");
        cluster.Tenant = new("vn", "t2");
        Assert.Equal(new PostingReply(PostingResult.Posted, 1), await cluster.TopUp("7", "op"));
    }
}
