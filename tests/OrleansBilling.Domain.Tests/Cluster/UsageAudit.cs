using System.Collections.Immutable;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>What was billed is what the recorded history says, and nothing after a deletion (M4, M6).</summary>
internal sealed class UsageAudit(World world)
{
    private readonly Dictionary<string, Dictionary<int, ImmutableArray<StatusChange>>> histories = [];
    private readonly Dictionary<string, DateTimeOffset> deletions = []; // when an order began it

    public void Wrote(string vm, VmState state)
    {
        if (!histories.TryGetValue(vm, out var revisions)) histories[vm] = revisions = [];
        revisions[state.Revision] = state.History.Changes;
    }

    public void Committed(Commit commit)
    {
        foreach (var issued in commit.Events.OfType<OrderIssued>())
            if (issued.Order.Kind == OrderKind.Delete) deletions.TryAdd(issued.Order.Vm, issued.Order.At);
        foreach (var charged in commit.Entries.Select(entry => entry.Vm?.Id).OfType<string>().Distinct())
        {
            var vm = commit.After.Balance.Vms[charged];
            var first = commit.Before.Balance.Vms.TryGetValue(charged, out var before) ? before.Reading.Revision : 0;
            var posted = (vm.Posted.Usage.Seconds, vm.Posted.Usage.Cost.Micros);
            // Several readings may have come in one step; the last charge is of one of them. One from a clock a little ahead is posted
            // whole, though the watermark says the balance's own instant.
            bool Says(int revision, DateTimeOffset through) => Of(vm, revision, through) is var (seconds, cost) && (seconds, (long)(cost / 3600)) == posted;
            if (!Enumerable.Range(first, vm.Reading.Revision - first + 1).Any(revision => Says(revision, vm.Posted.Through) || Says(revision, vm.Reading.Through)))
                world.Violated("M4", $"{charged} was billed for {posted} through {vm.Posted.Through:O}, its history of revision {vm.Reading.Revision} says {Of(vm, vm.Reading.Revision, vm.Posted.Through)}: {Text(histories[charged][vm.Reading.Revision])}; priced {string.Join(", ", vm.Posted.Usage.Priced)}");
        }
    }

    /// <summary>3600 times what a VM has used by an instant, as far as its balance knows the history.</summary>
    public Int128 CostOf(MeteredVm vm, DateTimeOffset at) => Of(vm, vm.Reading.Revision, at).Cost;

    /// <summary>
    /// At the end the balance knows all. What it knew too late the next charge corrects, so it is looked at as it would be a quarter hour
    /// later, and counted second by second.
    /// </summary>
    public void CheckAll()
    {
        var (now, rules) = (world.Store.Stored.Balance, world.Store.Rules);
        var later = BalanceStep.Advance(now, rules, world.Now.AddMinutes(15)).Next;
        foreach (var vm in later.Vms.Values.Where(vm => world.Store.Vms.ContainsKey(vm.Id)))
        {
            var (before, history) = (now.Vms[vm.Id], world.Store.Vms[vm.Id].State.History);
            var (seconds, cost) = SecondMeter.Count(history.Changes, Prices(vm, later), Until(vm)); // a plan may have renewed in that quarter hour
            if (vm.Posted.Usage.Seconds != seconds) world.Violated("M4", $"{vm.Id} is billed {vm.Posted.Usage.Seconds} s, its history up to {Until(vm):O} says {seconds}: {Text(history.Changes)}; heard revision {before.Reading.Revision} of {world.Store.Vms[vm.Id].State.Revision}");
            if (vm.Posted.Usage.Cost.Micros != (long)(cost / 3600)) world.Violated("M6", $"{vm.Id} is billed {vm.Posted.Usage.Cost}, its seconds cost {cost}/3600");
            if (before.Status != history.Status && !now.Orders.Values.Any(order => order.Vm == vm.Id && order.Kind == OrderKind.Delete)) world.Violated("M4", $"{vm.Id} is {history.Status}, its balance believes {before.Status}");
            if (before.NextCharge < world.Now.AddMinutes(-1)) world.Violated("C6", $"{vm.Id} should have been charged at {before.NextCharge:O}");
        }
    }

    // As above, when the reading was the last one that counts.
    private DateTimeOffset Until(MeteredVm vm)
    {
        var through = !vm.Status.IsBilled() && vm.Reading.Through > vm.Posted.Through ? vm.Reading.Through : vm.Posted.Through;
        return Earlier(vm.Id, through);
    }

    // Nothing is billed after a deletion was ordered.
    private DateTimeOffset Earlier(string vm, DateTimeOffset at) => deletions.TryGetValue(vm, out var ordered) && ordered < at ? ordered : at;

    private (long Seconds, Int128 Cost) Of(MeteredVm vm, int revision, DateTimeOffset at)
    {
        if (revision == 0 || !histories.TryGetValue(vm.Id, out var revisions) || !revisions.TryGetValue(revision, out var history)) return default;
        return SecondMeter.Read(history, Prices(vm), Earlier(vm.Id, at));
    }

    private static string Text(ImmutableArray<StatusChange> changes) => string.Join(", ", changes.Select(change => $"{change.At:HH:mm:ss.fff} {change.Status}"));

    /// <summary>What a VM's package costs from which instant on: its tenant's own prices in the time of their plans, else the list's. Put together here, and not as the domain does.</summary>
    public ImmutableArray<PriceVersion> Prices(MeteredVm vm, Balance? balance = null)
    {
        var listed = world.Store.Rules.Prices[vm.Package].Versions;
        var plans = (balance ?? world.Store.Stored.Balance).Plans
            .Where(plan => !plan.IsCancelled).SelectMany(plan => plan.Terms.Prices.Where(own => own.Package == vm.Package), (plan, own) => (plan.Terms.From, plan.Terms.To, own.Price)).ToList();
        if (plans.Count == 0) return listed;
        return
        [
            .. listed.Select(version => version.From).Concat(plans.SelectMany(plan => new[] { plan.From, plan.To })).Distinct().Order().Select(at =>
                new PriceVersion(0, plans.Exists(plan => plan.From <= at && at < plan.To) ? plans.Find(plan => plan.From <= at && at < plan.To).Price : listed.Last(version => version.From <= at).Price, at)),
        ];
    }
}
