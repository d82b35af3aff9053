using System.Text.Json;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>What workers were told against what there is: nothing confirmed is missing, nothing refused is there, nothing is there twice.</summary>
internal static class WorkChecks
{
    private static readonly string[] neverRefusedForMoney = ["top-up", "payment", "power-off", "delete"];

    public static void Check(WorkLog log, LedgerSnapshot ledger, CheckReport report)
    {
        foreach (var operations in log.Operations.Where(operation => operation.Tenant != "-").GroupBy(operation => operation.Tenant))
        {
            var balance = ledger.Balances.SingleOrDefault(row => row.Balance.EndsWith($"/{operations.Key}", StringComparison.Ordinal))?.Balance ?? "";
            var entries = ledger.EntriesOf[balance].ToArray();
            Money([.. operations], entries, report);
            Machines([.. operations], [.. ledger.Vms.Where(vm => vm.Balance == balance)], report);
            ReadingChecks.Check([.. operations], entries, report);
        }
        foreach (var operation in log.Operations)
        {
            // Called at both portals at once, one may have answered and the other not: then it is known.
            // A payment for which a gateway made no page is no money of anybody's.
            report.Look("C5", operation.Kind == "payment" || operation.Done is not null || operation.Attempts is [.., { Outcome: not Outcome.Unknown }], $"{Name(operation)} was never answered");
            report.Look(
                "E8", !neverRefusedForMoney.Contains(operation.Kind) || operation.Attempts.All(attempt => attempt.Status != 402), $"{Name(operation)} was refused for lack of money");
            if (operation.Kind is not ("balance" or "vms" or "ledger"))
                report.Look(
                    "C4", !operation.Attempts.Any(attempt => attempt.Outcome == Outcome.Ok && log.Outages.Any(outage => attempt.Invoked > outage.From && attempt.Ended < outage.To)),
                    $"{Name(operation)} was confirmed while there was no database");
            // Every refusal of theirs would be one for which there is no reason.
            if (operation.Kind is "top-up" or "payment" or "charge" or "sign in" or "balance" or "vms" or "ledger")
                report.Look("C5", operation.Attempts.All(attempt => attempt.Outcome != Outcome.Fail), $"{Name(operation)} was refused: {operation.Attempts[^1].Text}");
        }
    }

    private static void Money(WorkOperation[] operations, EntryRow[] entries, CheckReport report)
    {
        var known = operations.Where(operation => operation.Micros > 0).ToDictionary(operation => (operation.Kind, operation.Micros));
        foreach (var operation in known.Values)
        {
            var change = operation.Kind == "charge" ? -operation.Micros : operation.Micros;
            var posted = entries.Where(entry => entry.Change == change && entry.Vm is null && !PaymentChecks.IsOfPayment(entry)).ToArray();
            Present("M13", operation, posted.Length, report);
            var answers = operation.Attempts.Where(attempt => attempt.Outcome == Outcome.Ok)
                .Select(attempt => JsonSerializer.Deserialize<PostingAnswer>(attempt.Text, PortalJson.Options)!).Distinct().ToArray();
            report.Look("M5", answers.Length <= 1, $"{Name(operation)} was answered in {answers.Length} ways");
            if (answers.Length == 1)
                report.Look("M13", posted.Any(entry => entry.Number == answers[0].EntryNumber && entry.Operation == answers[0].Operation), $"{Name(operation)} is not where it was said to be");
        }
        foreach (var entry in entries.Where(entry => entry.Kind == "Credit" && entry.Lines.Any(line => line.Kind == 3) && !PaymentChecks.IsOfPayment(entry)))
            report.Look("M9", known.ContainsKey(("top-up", entry.Change)), $"{entry.Balance} entry {entry.Number}: a top-up that nobody paid");
        foreach (var entry in entries.Where(entry => entry.Kind == "Charge" && entry.Vm is null))
            report.Look("M9", known.ContainsKey(("charge", -entry.Change)), $"{entry.Balance} entry {entry.Number}: a charge that nobody asked for");
    }

    private static void Machines(WorkOperation[] operations, VmRow[] vms, CheckReport report)
    {
        var creates = operations.Where(operation => operation.Kind == "create").ToDictionary(operation => Person.NameOf(operation.Number));
        foreach (var (name, operation) in creates) Present("M13", operation, vms.Count(vm => vm.Name == name), report);
        foreach (var vm in vms) report.Look("M13", creates.ContainsKey(vm.Name), $"{vm.Balance}/{vm.Vm} was asked for by nobody");
    }

    private static void Present(string invariant, WorkOperation operation, int times, CheckReport report)
    {
        report.Look("M5", times <= 1, $"{Name(operation)} is there {times} times");
        report.Look(invariant, operation.Outcome != Outcome.Ok || times == 1, $"{Name(operation)} was confirmed and is there {times} times");
        report.Look(invariant, operation.Outcome != Outcome.Fail || times == 0, $"{Name(operation)} was refused and is there");
    }

    private static string Name(WorkOperation operation) => $"{operation.Tenant} {operation.Kind} {operation.Number}";
}
