using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>
/// The rules as one silo knows them: up to ten seconds old by a clock that nobody sets. Rules that arrive after the process has slept are
/// not used: a reading is priced by them, and no version guards it as it guards a commit.
/// </summary>
internal sealed class RegionRulesCopy(World world, Silo silo)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);

    private BillingRules? rules;
    private DateTimeOffset readAt;

    public async ValueTask<BillingRules> Known()
    {
        while (rules is null || world.Now - readAt >= Freshness) await Refresh();
        return rules;
    }

    public async Task<BillingRules> Refresh()
    {
        var at = world.Now;
        var read = await world.Database.Read(silo, () => world.Store.Rules);
        (rules, readAt) = (read, at);
        return read;
    }
}
