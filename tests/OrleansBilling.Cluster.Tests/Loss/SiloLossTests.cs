using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Cluster.Tests.Loss;

/// <summary>A silo of two is killed while VMs run: the other goes on where the ledger ends (F1).</summary>
public sealed class SiloLossTests
{
    [Theory]
    [InlineData("10:20:00")]
    [InlineData("11:00:00")]
    [InlineData("11:20:00")]
    public async Task F1_M4_E1_E6_a_silo_killed_anywhere_on_the_ladder_changes_neither_charges_nor_instants(string killedAt)
    {
        await using var cluster = await Ladder.Begin(setup => (setup.Silos, setup.OnDisk) = (2, true));
        await cluster.AdvanceTo(Ladder.At(killedAt));
        var owner = await cluster.Cluster.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(cluster.Balance);
        await cluster.Kill(cluster.Cluster.Silos.Single(silo => silo.SiloAddress.Equals(owner)));
        await Eventually.Holds(
            async () =>
            {
                try
                {
                    await cluster.Vm("a").Wake();
                    return (await cluster.Balance.Read()).Change > 0;
                }
                catch (Exception failed) when (failed is OrleansException or TimeoutException)
                {
                    return false; // its grains are still looked for where they were
                }
            },
            "the other silo has taken over");
        await cluster.AdvanceTo(Ladder.Deletion.AddHours(1));

        Assert.Equal((Ladder.Exhausted, OrderState.Confirmed), cluster.Orders(OrderKind.Stop).Select(order => (order.At, order.State)).Single());
        Assert.Equal((Ladder.Deletion, OrderState.Confirmed), cluster.Orders(OrderKind.Delete).Select(order => (order.At, order.State)).Single());
        Assert.Equal(VmStatus.Deleted, await cluster.StatusOf("a"));
        Assert.Equal(
            [
                "10:15:00 -0.635000 900s", "10:30:00 -0.635000 900s", "10:45:00 -0.635000 900s", "11:00:00 -0.635000 900s", "11:10:52 -0.460022 652s",
                "11:15:00 -0.174978 248s", "11:30:00 -0.635000 900s", "11:40:52 -0.460022 652s",
            ],
            await cluster.Charges("a"));
    }
}
