using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;
using Xunit.Abstractions;

namespace OrleansBilling.Domain.Tests.Properties;

/// <summary>
/// Status reports arrive late, twice and out of order; the next charge corrects for it (policy 3.9). Once everything is known and every
/// VM is deleted, each has been charged what its recorded statuses say, whatever was believed in between.
/// </summary>
public sealed class LateReportTests(ITestOutputHelper output)
{
    [Fact]
    public void M4_M6_What_is_posted_in_the_end_is_price_times_recorded_seconds() => Seeds.Try(150, output, seed =>
    {
        var tenant = Play(new RandomLife(seed), new Random(-seed));
        foreach (var (id, vm) in tenant.Balance.Vms)
        {
            var (seconds, cost) = NaiveMeter.Read(tenant.Histories[id], Priced(tenant, vm.Package), tenant.Rules.Prices.Rates.GetValueOrDefault(Currency.Usd, []));
            if (vm.Posted.Usage.Seconds != seconds || vm.Posted.Usage.Cost != cost)
                return $"{id} was charged {vm.Posted.Usage.Cost} for {vm.Posted.Usage.Seconds} s, but used {cost} in {seconds} s";
        }
        return Books.Complaint([.. tenant.Entries], tenant.Balance);
    });

    [Fact]
    public void The_property_meets_corrections_and_ended_lots()
    {
        var entries = Enumerable.Range(1, 100).SelectMany(seed => Play(new RandomLife(seed), new Random(-seed)).Entries).ToList();

        Assert.Contains(entries, entry => entry.Kind == EntryKind.Correction && entry.Lines.Length > 1);
        Assert.Contains(entries, entry => entry is { Kind: EntryKind.Charge, Vm: { } vm } && vm.Priced.Any(part => part.Seconds < 0));
        Assert.Contains(entries.Zip(entries.Skip(1)), pair =>
            pair is { First.Kind: EntryKind.Correction, Second.Kind: EntryKind.Expiry } && pair.First.Lines.Any(line => line.Lot == pair.Second.Lines[0].Lot));
    }

    [Fact]
    public void The_property_meets_reports_of_times_whose_rates_are_folded()
    {
        var tenants = Enumerable.Range(1, 20).Select(number => Play(new RandomLife(6 * number), new Random(-6 * number))).ToList();

        Assert.Contains(tenants, tenant => tenant.Balance.Vms.Values.Any(vm => !vm.Posted.Usage.Folded.IsNone && tenant.ReadInFull == 0)); // heard in time
        Assert.Contains(tenants, tenant => tenant.ReadInFull > 0);
        Assert.All(tenants.SelectMany(tenant => tenant.Balance.Vms.Values), vm => Assert.InRange(vm.Posted.Usage.Priced.Length, 0, Usage.MostPrices));
    }

    // As it is listed, and from the start of the plan as that says, because no plan ends within a life.
    private static Package Priced(Tenant tenant, string package)
    {
        var listed = tenant.Rules.Prices[package];
        return tenant.Balance.Plans is [{ Terms: { Prices: [var own] } terms }] && own.Package == package
            ? listed with { Versions = [.. listed.Versions.Where(version => version.From < terms.From), new PriceVersion(-1, own.Price, terms.From)] }
            : listed;
    }

    private static Tenant Play(RandomLife life, Random random)
    {
        var tenant = new Tenant { Rules = life.Rules };
        // A report is heard up to five minutes after its instant, a tenth of them twice.
        var heard = life.Happenings
            .SelectMany(happening => Enumerable.Range(0, happening.Command is null && random.Next(10) == 0 ? 2 : 1).Select(_ => (happening, At: HeardAt(happening, random))))
            .OrderBy(pair => pair.At).ToList();
        foreach (var (happening, at) in heard)
        {
            if (random.Next(3) == 0) tenant.Advance(at);
            if (happening.Command is { } command)
                tenant.Do(at, step =>
                {
                    command(step);
                    return true;
                });
            foreach (var vm in tenant.Balance.Vms.Values) tenant.Histories.TryAdd(vm.Id, StatusHistory.CreatedAt(vm.AdmittedAt));
            Obey(tenant);
            if (happening.Vm is { } reported && tenant.Histories.ContainsKey(reported)) Hear(tenant, reported, new StatusChange(happening.At, happening.Status), at);
        }

        var end = life.End.AddMinutes(10);
        foreach (var vm in tenant.Histories.Keys.ToList())
        {
            Hear(tenant, vm, new StatusChange(end, VmStatus.Deleting), end);
            Hear(tenant, vm, new StatusChange(end, VmStatus.Deleted), end);
        }
        return tenant;
    }

    private static DateTimeOffset HeardAt(Happening happening, Random random) =>
        happening.Command is not null || random.Next(2) == 0 ? happening.At : happening.At + RandomLife.Grain * random.Next(6000);

    private static void Hear(Tenant tenant, string vm, StatusChange change, DateTimeOffset at)
    {
        var history = tenant.Histories[vm].With(change);
        if (history.Equals(tenant.Histories[vm])) return;
        tenant.Histories[vm] = history;
        // As the VM's grain counts: the length of a history does not always rise when it changes.
        var revision = tenant.Balance.Vms[vm].Reading.Revision + 1;
        tenant.Take(at, vm, tenant.ReadingOf(vm, at) with { Revision = revision });
        Obey(tenant);
    }

    // A deletion begins at the instant of its order (policy 3.10), also when its tenant deleted it later and before it heard of that.
    private static void Obey(Tenant tenant)
    {
        foreach (var order in tenant.Balance.Orders.Values.Where(order => order.Kind == OrderKind.Delete).ToList())
            if (!(tenant.Histories[order.Vm].DeletedFrom <= order.At))
                Hear(tenant, order.Vm, new StatusChange(order.At, VmStatus.Deleting), tenant.Balance.AdvancedTo);
    }
}
