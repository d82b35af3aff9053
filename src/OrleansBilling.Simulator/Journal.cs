using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Simulator;

/// <summary>What a story came to: a row for each thing in the order in which it happened, and how it ended.</summary>
/// <param name="scenario">The story's name.</param>
/// <param name="tellsWarnings">Whether the warnings before a deletion have rows, too.</param>
public sealed class Journal(string scenario, bool tellsWarnings = false)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Plain) { WriteIndented = true };

    private readonly JsonArray rows = [];

    /// <summary>How it ended.</summary>
    public JsonObject End { get; } = [];

    /// <summary>Writes down what happened in a step; what has no row is passed over.</summary>
    public void Write(IEnumerable<BalanceEvent> events)
    {
        foreach (var happened in events)
            if (RowOf(happened) is { } row) Add(happened.At, row);
    }

    /// <summary>Writes down that a request was refused.</summary>
    public void Refused(DateTimeOffset at, string action, string vm, Admission admission) =>
        Add(at, new JsonObject { ["type"] = "refused", ["action"] = action, ["vm"] = vm, ["need"] = Text(admission.Need), ["have"] = Text(admission.Have) });

    /// <summary>The whole as a JSON value.</summary>
    public JsonObject ToNode() => new() { ["scenario"] = scenario, ["journal"] = rows.DeepClone(), ["end"] = End.DeepClone() };

    /// <summary>The whole as text, a row a line.</summary>
    public string ToJson()
    {
        var lines = rows.Select(row => "    " + row!.ToJsonString(Plain).Replace("\":", "\": ", StringComparison.Ordinal).Replace(",\"", ", \"", StringComparison.Ordinal));
        var end = End.ToJsonString(Indented).ReplaceLineEndings("\n  ");
        return $$"""
            {
              "scenario": {{JsonSerializer.Serialize(scenario, Plain)}},
              "journal": [
            {{string.Join(",\n", lines)}}
              ],
              "end": {{end}}
            }
            """;
    }

    /// <summary>An instant as the journal writes it.</summary>
    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>An amount as the journal writes it.</summary>
    public static string Text(Amount amount) => amount.ToString();

    private void Add(DateTimeOffset at, JsonObject row)
    {
        row.Insert(0, "at", Text(at));
        rows.Add(row);
    }

    private JsonObject? RowOf(BalanceEvent happened) => happened switch
    {
        EntryPosted { Entry: { Kind: EntryKind.Credit } entry } => CreditRow("credit", entry),
        EntryPosted { Entry: { Kind: EntryKind.Refund } entry } => new() { ["type"] = "refund", ["amount"] = Text(-entry.Change), ["balance"] = Text(entry.BalanceAfter) },
        EntryPosted { Entry: { Kind: EntryKind.Adjustment } entry } => CreditRow("adjustment", entry),
        EntryPosted { Entry: { Kind: EntryKind.Revocation } entry } => new() { ["type"] = "revocation", ["lot"] = entry.Lines[0].Lot, ["amount"] = Text(-entry.Change) },
        EntryPosted { Entry: { Kind: EntryKind.Expiry } entry } => new() { ["type"] = "expiry", ["lot"] = entry.Lines[0].Lot, ["amount"] = Text(-entry.Change) },
        EntryPosted { Entry: { Vm: { } vm } entry } => new()
        {
            ["type"] = "charge", ["vm"] = vm.Id, ["sequence"] = vm.Sequence, ["seconds"] = vm.Seconds,
            ["amount"] = Text(-entry.Change), ["lines"] = Lines(entry), ["balance"] = Text(entry.BalanceAfter),
        },
        EntryPosted { Entry: { Product: { } product } entry } => new()
        {
            ["type"] = "charge", ["product"] = product.Value, ["amount"] = Text(-entry.Change), ["lines"] = Lines(entry), ["balance"] = Text(entry.BalanceAfter),
        },
        BecameLow low => new() { ["type"] = "low", ["live"] = Text(low.Live), ["need"] = Text(low.Need) },
        BecameNegative negative => new() { ["type"] = "negative", ["live"] = Text(negative.Live) },
        BecameCured cured => new() { ["type"] = "cured", ["live"] = Text(cured.Live) },
        OrderIssued { Order: { Kind: OrderKind.Stop } order } => new() { ["type"] = "stopOrdered", ["vm"] = order.Vm },
        OrderIssued { Order: { Kind: OrderKind.Delete } order } => new() { ["type"] = "deleteOrdered", ["vm"] = order.Vm },
        NoticeGiven { Notice: { Kind: NoticeKind.DeletionNear, DeletionAt: { } deletion } } when tellsWarnings => new() { ["type"] = "deletionNear", ["deletionAt"] = Text(deletion) },
        _ => null,
    };

    private static JsonObject CreditRow(string type, LedgerEntry entry)
    {
        var line = entry.Lines[0];
        var row = new JsonObject { ["type"] = type, ["kind"] = line.Kind switch { CreditKind.TopUp => "topUp", CreditKind.Voucher => "voucher", _ => "billingPlan" } };
        if (line.Lot != CreditLot.TopUp) row["lot"] = line.Lot;
        row["amount"] = Text(entry.Change);
        row["balance"] = Text(entry.BalanceAfter);
        return row;
    }

    private static JsonArray Lines(LedgerEntry entry) =>
        [.. entry.Lines.Select(line => new JsonObject { ["lot"] = line.Lot, ["amount"] = Text(-line.Change) })];
}
