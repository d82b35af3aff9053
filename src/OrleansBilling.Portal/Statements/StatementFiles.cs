using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using OrleansBilling.Client;
using OrleansBilling.Contracts;
using OrleansBilling.Portal.Errors;
using OrleansBilling.Portal.Ledger;
using OrleansBilling.Portal.Regions;
using OrleansBilling.Statements;

namespace OrleansBilling.Portal.Statements;

/// <summary>
/// Answers with files that are written while the ledger is read. What can be refused is refused before the first byte; what fails later breaks the answer
/// off, so that nobody takes a part for the whole. Setting <c>Statements:Provider</c>: the name that FOCUS files give the provider.
/// </summary>
internal sealed class StatementFiles(IBillingClient billing, PortalRegions regions, IConfiguration configuration)
{
    private static readonly UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly string provider = configuration["Statements:Provider"] ?? "GPU cloud";

    public async Task<IResult> Page(BalanceId balance, string tenant, string? month, int? part, HttpContext context)
    {
        var statement = await Read(balance, month, context);
        var parts = StatementPage.PartsOf(statement);
        if (part < 1 || part > parts) throw new RefusedException(400, "invalid_query", $"'part' is from 1 to {parts}.");
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        context.Response.Headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return File(context, "text/html; charset=utf-8", $"statement-{balance.Region}-{balance.Tenant}-{statement.Month}{(part > 1 ? $"-{part}" : "")}.html", "inline", (to, ended) =>
            new StatementPage(to, billing, statement, part ?? 1).Write(tenant, nonce, ended));
    }

    public async Task<IResult> Ledger(BalanceId balance, LedgerFilter filter, string? status, string? form, HttpContext context)
    {
        var query = filter.Read();
        var chosen = QueryValues.Choice<CsvForm>(form, "form") ?? CsvForm.Plain;
        var name = $"ledger-{balance.Region}-{balance.Tenant}.csv";
        if (await UnpostedPayment.Read(status, query, balance, billing, context.RequestAborted) is { } payments)
            return Csv(context, name, (to, ended) => LedgerCsv.Write(
                to, chosen, payments.Reverse().Select(payment => new UnpostedRow(payment.At, payment.Description, $"{payment.Status}", payment.Amount, payment.Currency)), ZoneOf(balance), ended));
        var now = await billing.GetBalance(balance, context.RequestAborted);
        return Csv(context, name, (to, ended) =>
            LedgerCsv.Write(to, chosen, billing.ReadLedger(balance, query, ended), now.Currency, ZoneOf(balance), ended));
    }

    public async Task<IResult> Usage(BalanceId balance, string? month, HttpContext context)
    {
        var statement = await Read(balance, month, context);
        var packages = statement.Vms.ToDictionary(vm => vm.Id, vm => vm.Package);
        var listed = (await billing.GetPackages(balance.Region, context.RequestAborted)).ToDictionary(package => package.Code, package => package.Versions);
        return Csv(context, $"usage-{balance.Region}-{balance.Tenant}-{statement.Month}.csv", (to, ended) => FocusCsv.Write(
            to, billing.ReadLedger(balance, statement.Entries, ended), new FocusSubject(balance, statement.Currency, statement.Zone, provider), packages.GetValueOrDefault,
            (package, at) => listed.GetValueOrDefault(package, []).LastOrDefault(version => version.From <= at)?.PricePerHour, ended));
    }

    private async Task<MonthlyStatement> Read(BalanceId balance, string? text, HttpContext context)
    {
        if (!Month.TryParse(text, out var month)) throw new RefusedException(400, "invalid_query", "'month' cannot be read: expected a month such as 2026-03.");
        return await MonthlyStatement.Read(billing, balance, month, ZoneOf(balance), context.RequestAborted)
            ?? throw new RefusedException(422, "month_to_come", $"{month} has not begun.");
    }

    private TimeZoneInfo ZoneOf(BalanceId balance) => TimeZoneInfo.FindSystemTimeZoneById(regions.All.First(region => region.Code == balance.Region).TimeZone);

    private static PushStreamHttpResult Csv(HttpContext context, string name, Func<TextWriter, CancellationToken, Task> write) => File(context, "text/csv; charset=utf-8", name, "attachment", write);

    private static PushStreamHttpResult File(HttpContext context, string type, string name, string disposition, Func<TextWriter, CancellationToken, Task> write)
    {
        context.Response.Headers.ContentDisposition = new ContentDispositionHeaderValue(disposition) { FileName = name }.ToString();
        return TypedResults.Stream(
            async stream =>
            {
                await using var to = new StreamWriter(stream, utf8, bufferSize: 16 * 1024, leaveOpen: true);
                await write(to, context.RequestAborted);
            },
            type);
    }
}
