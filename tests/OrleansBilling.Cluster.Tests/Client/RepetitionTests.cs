using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansBilling.Client;

namespace OrleansBilling.Cluster.Tests.Client;

/// <summary>What the client repeats: what says nothing about the command (C4), and not a caller's mistake.</summary>
public sealed class RepetitionTests
{
    private static readonly Contracts.BalanceId balance = new("vn", "t1");

    [Fact]
    public async Task C2_What_a_silo_whose_clock_has_jumped_says_instead_of_activating_a_grain_is_repeated()
    {
        var cluster = new FailingCluster(MetByACaller(ActivationCollector.ScheduleCollection), times: 2);

        Assert.Null(await Client(cluster).FindBillingProfile(balance));

        Assert.Equal(3, cluster.Calls);
    }

    [Fact]
    public async Task C4_What_a_silo_says_that_could_not_write_the_failure_of_its_database_into_an_answer_is_repeated()
    {
        var cluster = new FailingCluster(new CodecNotFoundException("Could not find a codec for type Npgsql.PostgresException."), times: 2);

        Assert.Null(await Client(cluster).FindBillingProfile(balance));

        Assert.Equal(3, cluster.Calls);
    }

    [Fact]
    public async Task A_callers_mistake_is_told_at_once_and_not_repeated()
    {
        var cluster = new FailingCluster(MetByACaller(() => throw new ArgumentException("There is no region 'vn'.")), times: 2);

        await Assert.ThrowsAsync<ArgumentException>(() => Client(cluster).FindBillingProfile(balance));

        Assert.Equal(1, cluster.Calls);
    }

    private static IBillingClient Client(FailingCluster cluster) => new ServiceCollection().AddSingleton(cluster.Client)
        .AddOrleansBillingClient(options => options.FirstPause = options.LongestPause = TimeSpan.FromMilliseconds(1)).BuildServiceProvider().GetRequiredService<IBillingClient>();

    /// <summary>A failure as it is in another process, where it has come over the wire.</summary>
    private static Exception MetByACaller(Action act)
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var wire = services.GetRequiredService<Serializer<Exception>>();
        return wire.Deserialize(wire.SerializeToArray(Assert.Throws<ArgumentException>(act)));
    }
}
