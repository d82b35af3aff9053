using System.Globalization;
using System.Text.Json.Nodes;

namespace OrleansBilling.Domain.Tests.Oracle;

/// <summary>
/// What must agree exactly between two tellings of a story: the rows of every instant, and the end. Within one instant the order of
/// the rows is free. Two things depend on that order and are therefore compared differently:
/// <list type="bullet">
/// <item>the lots that paid a charge: each charge must be paid to the last digit, and each lot must have paid as much in the
/// instant;</item>
/// <item>the balance after a row: in each telling there must be an order of the instant's rows (as a rule, the one it gives) in
/// which every balance is the one before it plus the credit or adjustment, or less the charge, expiry, refund or revocation, of its row. Since the amounts agree, so
/// does the balance at the end of the instant.</item>
/// </list>
/// </summary>
public static class JournalComparer
{
    private static readonly string[] amounts = ["amount", "live", "need", "have"];

    /// <summary>Null when they agree, else one line that names the instant and the difference.</summary>
    public static string? FirstDifference(JsonNode expected, JsonNode actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        var expectedRows = InstantsOf(expected);
        var actualRows = InstantsOf(actual);
        decimal expectedBalance = 0;
        decimal actualBalance = 0;
        foreach (var at in expectedRows.Keys.Union(actualRows.Keys).Order())
        {
            var wanted = expectedRows.GetValueOrDefault(at) ?? [];
            var found = actualRows.GetValueOrDefault(at) ?? [];
            var difference = Rows(wanted, found) ?? Lots(wanted, found)
                ?? Balances("expected", wanted, ref expectedBalance) ?? Balances("actual", found, ref actualBalance);
            if (difference is not null)
                return $"{at:yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'}: {difference}";
        }

        // The sets of rows agree; now that each telling is in the order of time. Last, because the rows say more about what went wrong.
        return Order("expected", expected) ?? Order("actual", actual) ?? Deep("scenario", expected["scenario"], actual["scenario"])
            ?? Deep("end", expected["end"], actual["end"]);
    }

    private static DateTime At(JsonNode row) =>
        DateTime.Parse((string)row["at"]!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    private static Dictionary<DateTime, List<JsonObject>> InstantsOf(JsonNode telling) =>
        telling["journal"]!.AsArray().Select(row => row!.AsObject()).GroupBy(At).ToDictionary(rows => rows.Key, rows => rows.ToList());

    /// <summary>The rows as a bag: everything about them but the lots that paid and the balance after.</summary>
    private static string? Rows(List<JsonObject> wanted, List<JsonObject> found)
    {
        var missing = wanted.Select(Canonical).ToList();
        var extra = found.Select(Canonical).Where(row => !missing.Remove(row)).ToList();
        return missing.Count + extra.Count == 0
            ? null
            : string.Join("; ", missing.Order(StringComparer.Ordinal).Select(row => "missing " + row)
                .Concat(extra.Order(StringComparer.Ordinal).Select(row => "unexpected " + row)));
    }

    private static string Canonical(JsonObject row) => string.Join(" ", row
        .Where(field => field.Key != "at")
        .OrderBy(field => field.Key == "type" ? "" : field.Key, StringComparer.Ordinal)
        .Select(field => field.Key switch
        {
            "type" => $"{field.Value}",
            "lines" or "balance" => field.Key, // whether it is there, not what it says
            _ when amounts.Contains(field.Key) => $"{field.Key}={Plain(Number(field.Value))}",
            _ => $"{field.Key}={field.Value}",
        }));

    private static string Plain(decimal amount) => amount.ToString("0.000000######", CultureInfo.InvariantCulture);

    private static string? Lots(List<JsonObject> wanted, List<JsonObject> found)
    {
        foreach (var row in wanted.Concat(found).Where(row => row["lines"] is not null))
        {
            if (LinesOf(row).Sum(line => line.Amount) != Number(row["amount"]))
                return $"the lines do not add up: {row.ToJsonString()}";
        }

        var expectedPaid = PaidBy(wanted);
        var actualPaid = PaidBy(found);
        foreach (var lot in expectedPaid.Keys.Union(actualPaid.Keys).Order(StringComparer.Ordinal))
        {
            if (expectedPaid.GetValueOrDefault(lot) != actualPaid.GetValueOrDefault(lot))
                return $"lot {lot} should have paid {expectedPaid.GetValueOrDefault(lot)}, but paid {actualPaid.GetValueOrDefault(lot)}";
        }

        return null;
    }

    private static Dictionary<string, decimal> PaidBy(List<JsonObject> rows) => rows.Where(row => row["lines"] is not null)
        .SelectMany(LinesOf).GroupBy(line => line.Lot).ToDictionary(lines => lines.Key, lines => lines.Sum(line => line.Amount));

    private static IEnumerable<(string Lot, decimal Amount)> LinesOf(JsonObject row) =>
        row["lines"]!.AsArray().Select(line => ((string)line!["lot"]!, Number(line["amount"])));

    private static string? Balances(string telling, List<JsonObject> rows, ref decimal balance)
    {
        var moves = rows.Where(row => (string)row["type"]! is "credit" or "adjustment" or "charge" or "expiry" or "refund" or "revocation").ToList();
        var before = balance;
        balance += moves.Sum(Effect);
        return IsExplained(before, moves)
            ? null
            : $"{telling}: no order of the rows leads from the balance {before} to {balance} by way of "
                + string.Join(", ", moves.Where(row => row["balance"] is not null).Select(row => Number(row["balance"])));
    }

    /// <summary>Is there an order in which each balance is the one before it and its row's own effect? The given one comes first.</summary>
    private static bool IsExplained(decimal balance, List<JsonObject> rows)
    {
        if (rows.Count == 0)
            return true;

        foreach (var row in rows)
        {
            var after = balance + Effect(row);
            if ((row["balance"] is null || Number(row["balance"]) == after) && IsExplained(after, [.. rows.Where(other => other != row)]))
                return true;
        }

        return false;
    }

    private static decimal Effect(JsonObject row) => (string)row["type"]! is "credit" or "adjustment" ? Number(row["amount"]) : -Number(row["amount"]);

    private static string? Order(string telling, JsonNode journal)
    {
        var rows = journal["journal"]!.AsArray();
        var early = Enumerable.Range(1, Math.Max(0, rows.Count - 1)).FirstOrDefault(i => At(rows[i]!) < At(rows[i - 1]!));
        return early == 0 ? null : $"{rows[early]!["at"]}: {telling}: this row stands after one of {rows[early - 1]!["at"]}";
    }

    private static string? Deep(string path, JsonNode? expected, JsonNode? actual)
    {
        if (expected is JsonObject wanted && actual is JsonObject found)
        {
            return wanted.Select(field => field.Key).Union(found.Select(field => field.Key))
                .Select(name => Deep($"{path}.{name}", wanted[name], found[name])).FirstOrDefault(difference => difference is not null);
        }

        var same = IsNumber(expected, out var left) && IsNumber(actual, out var right)
            ? left == right
            : JsonNode.DeepEquals(expected, actual);
        return same ? null : $"{path} should be {expected?.ToJsonString() ?? "absent"}, but is {actual?.ToJsonString() ?? "absent"}";
    }

    private static decimal Number(JsonNode? node) =>
        IsNumber(node, out var number) ? number : throw new FormatException($"Not an amount: {node}");

    private static bool IsNumber(JsonNode? node, out decimal number)
    {
        number = 0;
        return node is JsonValue && decimal.TryParse(node.ToString(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out number);
    }
}
