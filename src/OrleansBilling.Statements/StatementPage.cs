using System.Globalization;
using System.Text.Encodings.Web;
using OrleansBilling.Client;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Statements;

/// <summary>
/// A monthly statement as one HTML file to read, to print and to keep: no scripts, nothing from elsewhere. Every entry opens to where it comes from; entries are
/// read once more, page by page, while they are written. A month of more entries than a browser opens is so many pages: each has all sums, and leads to the others.
/// </summary>
/// <param name="to">Where to.</param>
/// <param name="billing">Where the entries are read.</param>
/// <param name="statement">The month.</param>
/// <param name="part">Which part of its entries, from 1.</param>
/// <param name="mostEntries">How many entries a part has.</param>
public sealed class StatementPage(TextWriter to, IBillingClient billing, MonthlyStatement statement, int part = 1, long mostEntries = StatementPage.MostEntries)
{
    /// <summary>More entries than these no browser opens.</summary>
    public const long MostEntries = 20_000;

    // By numbers, so that parts of a month that goes on stay what they are.
    private readonly LedgerQuery entries = statement.Entries with
    {
        After = statement.After + (part - 1) * mostEntries,
        Before = Math.Min(statement.Through, statement.After + part * mostEntries) + 1,
    };

    private string Unit => statement.Currency?.Code() ?? "";

    /// <summary>In how many parts a month's entries come; at least one.</summary>
    public static int PartsOf(MonthlyStatement statement, long mostEntries = MostEntries) =>
        (int)Math.Max(1, (statement.Through - statement.After + mostEntries - 1) / mostEntries);

    /// <summary>Writes the page.</summary>
    /// <param name="tenant">For the heading: who it is for.</param>
    /// <param name="nonce">Allows the style; nothing else runs.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task Write(string tenant, string nonce, CancellationToken cancellation = default)
    {
        await to.WriteAsync(Head(tenant, nonce).AsMemory(), cancellation);
        await to.WriteAsync(Summary().AsMemory(), cancellation);
        await to.WriteAsync(Parts().AsMemory(), cancellation);
        await WriteUsage(cancellation);
        foreach (var kind in statement.Kinds.Keys)
            if (kind is not (EntryKind.Charge or EntryKind.Correction))
                await WriteEntries($"{kind}: entries", $"{statement.Kinds[kind].Change} {Unit}", entries with { Kind = kind }, cancellation);
        await to.WriteAsync("</main>\n</body>\n</html>\n".AsMemory(), cancellation);
    }

    private string Head(string tenant, string nonce)
    {
        var (from, until) = (statement.Month.BeginsIn(statement.Zone), statement.Month.EndsIn(statement.Zone));
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Statement {statement.Month} of {Text(statement.Balance.Tenant)}</title>
            <style nonce="{nonce}">{StatementStyle.Css}</style>
            </head>
            <body>
            <main>
            <h1>Statement {statement.Month}</h1>
            <dl>
            <div><dt>For</dt><dd>{Text(tenant)}</dd></div>
            <div><dt>Tenant</dt><dd>{Text(statement.Balance.Tenant)}</dd></div>
            <div><dt>Region</dt><dd>{Text(statement.Balance.Region)}</dd></div>
            <div><dt>From</dt><dd>{Time(from)}</dd></div>
            <div><dt>Until, exclusively</dt><dd>{Time(until)}</dd></div>
            <div><dt>Times</dt><dd>{Text(statement.Zone.Id)}</dd></div>
            <div><dt>Currency</dt><dd>{Unit}</dd></div>
            <div><dt>{(statement.IsOver ? "Made" : "The month is not over; as of")}</dt><dd>{Time(statement.AsOf)}</dd></div>
            </dl>

            """;
    }

    private string Summary()
    {
        var rows = string.Concat(statement.Kinds.Select(kind =>
            $"<tr><th>{kind.Key}</th><td>{kind.Value.Entries}</td><td>{kind.Value.BillingPlan}</td><td>{kind.Value.Voucher}</td><td>{kind.Value.TopUp}</td><td>{kind.Value.Change}</td></tr>\n"));
        return $"""
            <section>
            <h2>Balance</h2>
            <table>
            <thead><tr><th></th><th>Entries</th><th>Billing plan</th><th>Voucher</th><th>Top-up</th><th>Amount, {Unit}</th></tr></thead>
            <tbody>
            <tr class="sum"><th>Opening balance</th><td></td><td></td><td></td><td></td><td>{statement.Opening}</td></tr>
            {rows}<tr class="sum"><th>Closing balance</th><td></td><td></td><td></td><td></td><td>{statement.Closing}</td></tr>
            </tbody>
            </table>
            </section>

            """;
    }

    // Relative to the page's own address, whoever it was made for.
    private string Parts()
    {
        var parts = PartsOf(statement, mostEntries);
        if (parts == 1) return "";
        var others = string.Concat(Enumerable.Range(1, parts).Select(other => other == part ? $"<b>{other}</b>\n" : $"<a href=\"?month={statement.Month}&amp;part={other}\">{other}</a>\n"));
        return $"<section>\n<h2>Part {part} of {parts}</h2>\n<p>The sums are those of the month; of its entries this page has numbers {entries.After + 1} to {entries.Before - 1}. Parts:\n{others}</p>\n</section>\n";
    }

    private async Task WriteUsage(CancellationToken cancellation)
    {
        if (statement.Vms.Count > 0)
        {
            var rows = string.Concat(statement.Vms.Select(vm =>
                $"<tr><th>{Text(vm.Name)}</th><td>{Text(vm.Id)}</td><td>{Text(vm.Package)}</td><td>{vm.Charges}</td><td>{vm.Seconds}</td><td>{vm.Cost}</td></tr>\n"));
            await to.WriteAsync(
                $"<section>\n<h2>Usage by VM</h2>\n<table>\n<thead><tr><th>Name</th><th>VM</th><th>Package</th><th>Charges</th><th>Seconds</th><th>Cost, {Unit}</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</section>\n".AsMemory(),
                cancellation);
            foreach (var vm in statement.Vms)
                await WriteEntries($"{vm.Name}: charges", $"{vm.Cost} {Unit}", entries with { Vm = vm.Id }, cancellation);
        }
        foreach (var (product, cost) in statement.Products)
            await WriteEntries($"{product}: charges", $"{cost} {Unit}", entries with { Product = product }, cancellation);
    }

    private async Task WriteEntries(string heading, string sum, LedgerQuery query, CancellationToken cancellation)
    {
        await to.WriteAsync($"<section>\n<h2>{Text(heading)} <span>{sum}</span></h2>\n".AsMemory(), cancellation);
        await foreach (var entry in billing.ReadLedger(statement.Balance, query, cancellation)) await to.WriteAsync(Entry(entry).AsMemory(), cancellation);
        await to.WriteAsync("</section>\n".AsMemory(), cancellation);
    }

    private string Entry(EntryView entry)
    {
        var what = entry.Vm is { } vm ? $"{vm.Seconds} s" : Text(entry.Description);
        var worked = string.Concat(WorkedSeconds.Of(entry).Select(part => string.Create(
            CultureInfo.InvariantCulture,
            $"<li>{part.Seconds} s × {part.PricePerHour} an hour ÷ 3600{(part.ExchangeRate == 1 ? "" : $" × {part.ExchangeRate}")} = {part.Product:0.000000000}; {(part.Amount < Amount.Zero ? "given back" : "charged")} {part.Amount} {Unit}. Price version {part.PriceVersion}, exchange rate {part.ExchangeRate}.</li>\n")));
        var period = entry.Vm is { } used ? $"<li>Used from {Time(used.From)} until {Time(used.Through)}, charge {used.Sequence} of VM {Text(used.Id)}.</li>\n" : "";
        var lots = string.Concat(entry.Lines.Select(line => $"<li>{line.Kind} {(line.Lot == CreditLot.TopUp ? "" : Text(line.Lot))} {line.Change} {Unit}</li>\n"));
        return $"""
            <details><summary><span>{entry.Number}</span><span>{Time(entry.At)}</span><span>{entry.Kind}</span><span>{what}</span><span>{entry.Change}</span><span>{entry.BalanceAfter}</span></summary>
            <ul>
            {worked}{period}{lots}<li>{Text(entry.Description)}</li>
            <li>Operation {Text(entry.Operation)}, recorded {Time(entry.RecordedAt)}</li>
            </ul></details>

            """;
    }

    private string Time(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, statement.Zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
