using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.FakeGateways;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>
/// M9: what the ledger has of payments against what the gateways themselves know, in both directions; and whose money it became against
/// who was told of the payment.
/// </summary>
internal static class PaymentChecks
{
    private const string Separator = ", payment ";

    public static void Check(LedgerSnapshot ledger, IReadOnlyCollection<FakePayment> payments, IEnumerable<WorkOperation> operations, CheckReport report)
    {
        var known = payments.ToDictionary(payment => payment.Payment);
        var begun = operations.Where(operation => operation.Kind == "payment").Select(operation => (operation.Tenant, Payment: Person.Read<PaymentAnswer>(operation)?.Id))
            .Where(operation => operation.Payment is not null).ToDictionary(operation => operation.Payment!, operation => operation.Tenant);
        foreach (var payment in NotPosted(ledger, payments))
            report.Look("M9", false, $"{payment.Payment}: {payment.Gateway} has {Has(payment)} of it, and the ledger {Posted(ledger, payment.Payment).Sum(entry => entry.Change)}");
        foreach (var entry in ledger.Entries.Where(IsOfPayment))
        {
            var name = NameIn(entry);
            report.Look("M9", known.GetValueOrDefault(name) is { Status: "paid" }, $"{entry.Balance} entry {entry.Number}: {name} was paid by nobody");
            if (!begun.TryGetValue(name, out var tenant)) continue;
            report.Look("M11", entry.Balance.EndsWith($"/{tenant}", StringComparison.Ordinal), $"{entry.Balance} entry {entry.Number}: {name} was begun by {tenant}");
            report.Look("M9", entry.Kind != "Credit" || entry.Operation.Contains("/back/", StringComparison.Ordinal) || Posted(ledger, name).Count(IsReceipt) == 1, $"{name} was credited twice");
        }
    }

    /// <summary>What the gateways have, and the ledger has not or has otherwise.</summary>
    public static IEnumerable<FakePayment> NotPosted(LedgerSnapshot ledger, IReadOnlyCollection<FakePayment> payments) =>
        payments.Where(payment => Posted(ledger, payment.Payment).Sum(entry => entry.Change) != Has(payment));

    /// <summary>Whether an entry comes from a gateway.</summary>
    public static bool IsOfPayment(EntryRow entry) => entry.Operation.StartsWith("payment/", StringComparison.Ordinal);

    private static bool IsReceipt(EntryRow entry) => entry.Kind == "Credit" && !entry.Operation.Contains("/back/", StringComparison.Ordinal);

    private static IEnumerable<EntryRow> Posted(LedgerSnapshot ledger, string payment) => ledger.EntriesOfPayments[payment];

    private static string NameIn(EntryRow entry) => entry.Description[(entry.Description.LastIndexOf(Separator, StringComparison.Ordinal) + Separator.Length)..];

    private static long Has(FakePayment payment) => payment.Status == "paid" ? (long)((payment.Amount - payment.Refunds.Sum()) * 1_000_000) : 0;

    /// <summary>The entries by the payment that they name.</summary>
    public static ILookup<string, EntryRow> ByPayment(IEnumerable<EntryRow> entries) => entries.Where(IsOfPayment).ToLookup(NameIn);
}
