using System.Diagnostics;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Benchmarks;

/// <summary>What it costs to decide one charge and to make it ready to be written, by the number of VMs of the balance. No database.</summary>
internal static class DecisionQuestion
{
    private const int Charges = 40_000;

    public static void Ask(string[] _)
    {
        var table = new Table("VMs of the balance", "µs a decision", "× that of 10 VMs");
        var first = 0.0;
        foreach (var vms in new[] { 10, 10, 100, 1000, 10_000 })
        {
            var (fleet, commit, rules) = Fleet.One(vms);
            var stored = commit.After;
            var package = rules.Prices[Fleet.Package];
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < Charges; i++)
            {
                var vm = fleet[i % vms];
                var due = vm.DueAt(i / vms);
                var step = BalanceStep.Begin(stored.Balance, rules, due);
                step.Report(vm.Id, vm.At(due, package), new VmTraits(vm.Id));
                step.Advance();
                stored = BalanceCommit.Of(stored, "", step.Decide(), rules)!.After;
            }
            var micros = watch.Elapsed.TotalMicroseconds / Charges;
            if (stored.Balance.EntryCount != Charges + 1) throw new InvalidOperationException($"{stored.Balance.EntryCount - 1:N0} charges instead of {Charges:N0}.");
            if (first == 0.0 || vms == 10) first = micros;
            table.Add($"{vms:N0}", $"{micros:N1}", $"{micros / first:N2}");
        }
        table.Print();
    }
}
