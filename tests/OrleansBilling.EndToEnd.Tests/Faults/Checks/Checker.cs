using System.Diagnostics;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>
/// Prints a row for every invariant: from the ledger's own rows, from what workers were told, from what tenants see over HTTP, and from
/// the product's own <c>verify</c>. No one of these is believed alone.
/// </summary>
internal sealed class Checker(ClusterUnderTest cluster, Load load)
{
    private static readonly TimeSpan healing = TimeSpan.FromMinutes(2); // C5, E2

    private readonly LedgerReader reader = LedgerReader.Of(cluster);
    private LedgerSnapshot? remembered;

    /// <summary>How late a stop may be ordered (E1); null where the clocks that say so were wrong themselves.</summary>
    public TimeSpan? StopsWithin { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How late a charge may be recorded (C6); null where faults may keep it longer.</summary>
    public TimeSpan? ChargesWithin { get; init; }

    /// <summary>Reads what there is now. Of this nothing may ever be gone or different (M10, M13).</summary>
    public async Task Remember()
    {
        var now = await reader.Read();
        remembered = now;
    }

    /// <summary>
    /// E2, C5: after the last fault, orders are settled and charges up to date within two minutes. Returns as soon as they are.
    /// </summary>
    public async Task Settled(CheckReport report)
    {
        var waited = Stopwatch.StartNew();
        var (orders, late) = (Array.Empty<OrderRow>(), Array.Empty<VmRow>());
        do
        {
            var ledger = await reader.Read();
            orders = [.. ledger.Orders.Where(order => order.State is "Open" or "Begun")];
            var due = DateTimeOffset.UtcNow - ClusterSettings.ChargeEvery - TimeSpan.FromSeconds(10);
            late = [.. ledger.Vms.Where(vm => vm.Status is "Running" or "Stopped" && vm.PostedThrough < due.ToUnixTimeMilliseconds())];
            if (orders.Length == 0 && late.Length == 0) break;
            await Task.Delay(500);
        }
        while (waited.Elapsed < healing);
        report.Look("E2", orders.Length == 0, $"{orders.FirstOrDefault()} is not settled after {healing}");
        report.Look("C5", late.Length == 0, $"{late.FirstOrDefault()} is not charged up to date after {healing}");
    }

    /// <summary>Everything else, at once.</summary>
    public async Task Check(CheckReport report)
    {
        var ledger = await reader.Read();
        MoneyChecks.Check(ledger, report);
        var ours = ledger.Of(load.Workers.Select(worker => worker.Tenant).ToHashSet());
        EnforcementChecks.Check(ours, report, StopsWithin);
        if (ChargesWithin is { } limit)
            foreach (var charge in ours.Entries.Where(entry => entry is { Kind: "Charge", Vm: not null }))
                report.Look("C6", charge.RecordedAt - charge.At <= limit.TotalMilliseconds, $"{charge.Balance} entry {charge.Number} is {charge.RecordedAt - charge.At} ms late");
        WorkChecks.Check(load.Log, ledger, report);
        if (remembered is not null) PrefixChecks.Check(remembered, ledger, report);
        foreach (var worker in load.Workers) await CheckAsTenant(worker, ledger, report);
        if (cluster.Postgres is not null) await CheckAsProduct(report);
    }

    private async Task CheckAsTenant(Worker worker, LedgerSnapshot ledger, CheckReport report)
    {
        var balance = ledger.Balances.Single(row => row.Balance.EndsWith($"/{worker.Tenant}", StringComparison.Ordinal)).Balance;
        using var tenant = new Visitor(cluster, worker);
        var shown = (await tenant.Ledger()).ToDictionary(entry => entry.Number);
        foreach (var entry in ledger.EntriesOf[balance])
            report.Look(
                "M12", shown.TryGetValue(entry.Number, out var same) && same.Operation == entry.Operation && same.Change.Micros == entry.Change && same.BalanceAfter.Micros == entry.After,
                $"{balance} entry {entry.Number} is shown otherwise");
        var operations = load.Log.Operations.Where(operation => operation.Tenant == worker.Tenant).ToArray();
        foreach (var vm in ledger.Vms.Where(vm => vm.Balance == balance))
            MachineChecks.Check(
                await tenant.Usage(vm.Vm), [.. ledger.EntriesOf[balance].Where(entry => entry.Vm == vm.Vm)], [.. ledger.Orders.Where(order => order.Balance == balance && order.Vm == vm.Vm)],
                operations, load.Log.Now, report);
    }

    /// <summary>The product's own rows, e.g. <c>M4 VIOLATED first at …</c>.</summary>
    private async Task CheckAsProduct(CheckReport report)
    {
        var verified = await HostCommand.Run("verify", cluster.DatabaseSettings);
        foreach (var line in verified.Output.Split('\n').Select(line => line.Trim()).Where(line => IsRow(line)))
            report.Look(line.Split(' ')[0], !line.Contains("VIOLATED", StringComparison.Ordinal), $"verify says: {line}");
        report.Look("M1", verified.ExitCode == 0, $"verify ended with {verified.ExitCode}: {verified.Output}");
    }

    private static bool IsRow(string line) => line.Length > 2 && line[0] is 'M' or 'E' or 'C' && char.IsAsciiDigit(line[1]);
}
