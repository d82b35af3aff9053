using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>
/// M12: every answer about a balance is some prefix of its ledger, and never a shorter one than an answer that was there before the
/// question was asked.
/// </summary>
internal static class ReadingChecks
{
    public static void Check(WorkOperation[] operations, EntryRow[] entries, CheckReport report)
    {
        var answers = operations.SelectMany(operation => operation.Attempts.Where(attempt => attempt.Outcome == Outcome.Ok), Read).ToArray();
        // In the order of their ends; what a question may not fall below is what had ended when it was asked.
        var (versions, numbers) = (new Highest(), new Highest());
        foreach (var answer in answers.OrderBy(answer => answer.Ended))
        {
            if (answer.Version is { } version) versions.Add(answer.Ended, version);
            if (answer.Number is { } number) numbers.Add(answer.Ended, number);
        }
        foreach (var answer in answers)
        {
            if (answer.Version is { } version)
                report.Look("M12", version >= versions.Before(answer.Invoked), $"{answer.Name}: change {version} after change {versions.Before(answer.Invoked)} was told");
            if (answer is { IsHead: true, Number: { } number })
                report.Look("M12", number >= numbers.Before(answer.Invoked), $"{answer.Name}: the newest entry is {number} after {numbers.Before(answer.Invoked)} was told");
            if (answer.Total is { } total)
            {
                var least = numbers.Before(answer.Invoked);
                report.Look(
                    "M12", (least == 0 && total == 0) || entries.Any(entry => entry.Number >= least && entry.After == total),
                    $"{answer.Name}: a total of {new Amount(total)} is there after no entry from {least} on");
            }
        }
    }

    private static Answer Read(WorkOperation operation, Attempt attempt)
    {
        var answer = new Answer($"{operation.Tenant} {operation.Kind} {operation.Number}", attempt.Invoked, attempt.Ended);
        if (operation.Kind is not ("balance" or "ledger" or "top-up" or "charge" or "grant")) return answer;
        return operation.Kind switch
        {
            "balance" when Json<BalanceAnswer>(attempt) is { } balance => answer with { Version = balance.Change, Total = balance.Total.Micros },
            "ledger" when Json<LedgerAnswer>(attempt) is { Entries: [var head, ..] } => answer with { Number = head.Number, IsHead = true },
            "ledger" => answer with { Number = 0, IsHead = true },
            _ => answer with { Number = Json<PostingAnswer>(attempt).EntryNumber },
        };
    }

    private static T Json<T>(Attempt attempt) => System.Text.Json.JsonSerializer.Deserialize<T>(attempt.Text, PortalJson.Options)!;

    private sealed record Answer(string Name, TimeSpan Invoked, TimeSpan Ended, long? Version = null, long? Number = null, long? Total = null, bool IsHead = false);

    /// <summary>The highest of what was told, by when.</summary>
    private sealed class Highest
    {
        private readonly List<(TimeSpan At, long Value)> steps = [];

        public void Add(TimeSpan at, long value) => steps.Add((at, steps.Count == 0 ? value : Math.Max(value, steps[^1].Value)));

        public long Before(TimeSpan instant)
        {
            var (from, to) = (0, steps.Count);
            while (from < to)
            {
                var middle = (from + to) / 2;
                if (steps[middle].At < instant) from = middle + 1;
                else to = middle;
            }
            return from == 0 ? 0 : steps[from - 1].Value;
        }
    }
}
