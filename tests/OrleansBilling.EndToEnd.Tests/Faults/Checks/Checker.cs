using System.Diagnostics;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Processes;
using OrleansBilling.FakeGateways;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>
/// Prints a row for every invariant: from the ledger's own rows, from what workers were told, from what tenants see over HTTP, and from
/// the product's own <c>verify</c>. No one of these is believed alone.
/// </summary>
internal sealed class Checker(ClusterUnderTest cluster, WorkLog log, IReadOnlyList<Person> tenants)
{
    private static readonly TimeSpan healing = TimeSpan.FromMinutes(2); // C5, E2
    private static readonly string[] onTheirWay = ["M4", "M9"];

    private readonly LedgerReader reader = LedgerReader.Of(cluster);
    private LedgerSnapshot? remembered;
    private Stopwatch sinceHealed = Stopwatch.StartNew();

    /// <summary>How late a stop may be ordered (E1); null where the clocks that say so were wrong themselves.</summary>
    public TimeSpan? StopsWithin { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Allowed for in addition: the longest time in which this machine stood still.</summary>
    public Standstill? Standstill { get; init; }

    /// <summary>Whether things go on while it looks. What a VM tells late is charged with its next charge, and a payment may be captured between two looks: then it looks once more.</summary>
    public bool IsAtWork { get; init; }

    /// <summary>How late a charge may be recorded (C6); null where faults may keep it longer.</summary>
    public TimeSpan? ChargesWithin { get; init; }

    /// <summary>Whether deletions that are owed are waited for: a deletion that is never ordered is noticed then, and not only when it is very late.</summary>
    public bool AwaitsDeletions { get; init; }

    /// <summary>The rows for which the work itself must have left something to look at.</summary>
    public string[] MustLookAt { get; init; } = [];

    /// <summary>The last fault has ended: from now on the two minutes count.</summary>
    public void Healed() => sinceHealed = Stopwatch.StartNew();

    /// <summary>What is left of the two minutes.</summary>
    public TimeSpan Left => sinceHealed.Elapsed < healing ? healing - sinceHealed.Elapsed : TimeSpan.Zero;

    /// <summary>Reads what there is now. Of this nothing may ever be gone or different (M10, M13).</summary>
    public async Task Remember()
    {
        var now = await reader.Read();
        remembered = now;
    }

    /// <summary>
    /// E2, C5: after the last fault, orders are settled, charges up to date, and what gateways have received is credited within two minutes. Returns as soon as they are.
    /// </summary>
    public async Task Settled(CheckReport report)
    {
        var (orders, late, unpaid, doomed) = (Array.Empty<OrderRow>(), Array.Empty<VmRow>(), Array.Empty<FakePayment>(), Array.Empty<VmRow>());
        var (idle, owed, asleep) = (default(VmRow), false, false);
        do
        {
            var ledger = await reader.Read();
            orders = [.. ledger.Orders.Where(order => order.State is "Open" or "Begun")];
            var due = DateTimeOffset.UtcNow - ClusterSettings.ChargeEvery - TimeSpan.FromSeconds(10);
            late = [.. ledger.Vms.Where(vm => vm.Balance != cluster.IdleBalance && vm.Status is "Running" or "Stopped" && vm.PostedThrough < due.ToUnixTimeMilliseconds())];
            unpaid = [.. PaymentChecks.NotPosted(ledger, cluster.Gateways.Payments)];
            if (AwaitsDeletions) doomed = EnforcementChecks.Doomed(ledger);
            idle = ledger.Vms.Single(vm => vm.Balance == cluster.IdleBalance);
            (owed, asleep) = (IdleChecks.IsOwed(idle, ledger.At), IdleChecks.IsLate(idle, ledger.At));
            if (!asleep && orders.Length == 0 && late.Length == 0 && unpaid.Length == 0 && doomed.Length == 0) break;
            await Task.Delay(500);
        }
        while (Left > TimeSpan.Zero);
        if (orders.Length > 0)
        {
            // One that was given just now is no old one: it is on its way.
            await Task.Delay(TimeSpan.FromSeconds(10));
            var underway = (await reader.Read()).Orders.Where(order => order.State is "Open" or "Begun").Select(order => (order.Balance, order.Number)).ToHashSet();
            orders = [.. orders.Where(order => underway.Contains((order.Balance, order.Number)))];
        }
        report.Look("E6", doomed.Length == 0, $"the deletion of {doomed.FirstOrDefault()} is not ordered after {healing}");
        report.Look("E2", orders.Length == 0, $"{orders.FirstOrDefault()} is not settled after {healing}");
        report.Look("C5", unpaid.Length == 0, $"{unpaid.FirstOrDefault()?.Payment} is not posted as its gateway has it after {healing}");
        report.Look("C5", late.Length == 0, $"{late.FirstOrDefault()} is not charged up to date after {healing}");
        if (owed) report.Look("C5 idle", !asleep, $"{idle} is not charged by itself after {healing}");
    }

    /// <summary>Everything else, at once.</summary>
    public async Task Check(CheckReport report)
    {
        var first = report.Copy();
        await Look(first);
        if (IsAtWork && !first.IsClean && first.Violated.All(onTheirWay.Contains))
        {
            await Task.Delay(ClusterSettings.ChargeEvery + TimeSpan.FromSeconds(10));
            first = report.Copy();
            await Look(first);
        }
        report.Take(first);
    }

    private async Task Look(CheckReport report)
    {
        var stopsWithin = StopsWithin + (Standstill?.Longest ?? TimeSpan.Zero);
        var ledger = await reader.Read();
        MoneyChecks.Check(ledger, report);
        var ours = ledger.Of(tenants.Select(tenant => tenant.Tenant).ToHashSet());
        EnforcementChecks.Check(ours, report, stopsWithin);
        if (ChargesWithin is { } limit)
        {
            // Of the tenants at work each call posts what is due: in time of itself is what comes to the idle one.
            static bool IsOfVm(EntryRow entry) => entry is { Kind: "Charge", Vm: not null };
            EntryRow[] idle = [.. ledger.EntriesOf[cluster.IdleBalance!].Where(IsOfVm)];
            report.Look("C6", idle.Length > 0, $"{cluster.IdleBalance} was never charged");
            foreach (var charge in ours.Entries.Where(IsOfVm).Concat(idle))
                report.Look("C6", charge.RecordedAt - charge.At <= limit.TotalMilliseconds, $"{charge.Balance} entry {charge.Number} is {charge.RecordedAt - charge.At} ms late");
        }
        WorkChecks.Check(log, ledger, report);
        PaymentChecks.Check(ledger, cluster.Gateways.Payments, log.Operations, report);
        if (remembered is not null) PrefixChecks.Check(remembered, ledger, report);
        foreach (var tenant in tenants) await CheckAsTenant(tenant, ledger, report, stopsWithin);
        foreach (var invariant in MustLookAt) report.MustHaveLookedAt(invariant); // before verify, which always prints its rows
        if (cluster.Postgres is null) return;
        ProductChecks.Check(await HostCommand.Run("verify", cluster.DatabaseSettings), report);
        var (changes, memberships) = await Witness.Read(cluster);
        DeathChecks.Check(changes, memberships, report);
    }

    private async Task CheckAsTenant(Person person, LedgerSnapshot ledger, CheckReport report, TimeSpan? stopsWithin)
    {
        var balance = ledger.Balances.Single(row => row.Balance.EndsWith($"/{person.Tenant}", StringComparison.Ordinal)).Balance;
        using var tenant = new Visitor(cluster, person);
        var shown = (await tenant.Ledger()).ToLookup(entry => entry.Number);
        foreach (var entry in ledger.EntriesOf[balance])
            report.Look(
                "M12", shown[entry.Number].Any(same => same.Operation == entry.Operation && same.Change.Micros == entry.Change && same.BalanceAfter.Micros == entry.After),
                $"{balance} entry {entry.Number} is shown otherwise");
        var operations = log.Operations.Where(operation => operation.Tenant == person.Tenant).ToArray();
        EntryRow[] entries = [.. ledger.EntriesOf[balance]];
        foreach (var vm in ledger.Vms.Where(vm => vm.Balance == balance))
        {
            var usage = await tenant.Usage(vm.Vm);
            OrderRow[] orders = [.. ledger.Orders.Where(order => order.Balance == balance && order.Vm == vm.Vm)];
            MachineChecks.Check(vm, usage, entries, orders, operations, log.Now, report);
            if (stopsWithin is { } limit) EnforcementChecks.Unstopped(usage, entries, orders, ledger.At, report, limit);
        }
    }
}
