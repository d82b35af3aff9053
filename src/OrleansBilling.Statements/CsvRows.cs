using System.Globalization;
using System.Text;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Statements;

/// <summary>
/// Writes CSV row by row. Texts are always quoted, and one that a spreadsheet would take for a formula begins with an apostrophe; numbers
/// are neither, and stay numbers. What a caller wants of a library for CSV is to read it: writing it is what is here.
/// </summary>
internal sealed class CsvRows(TextWriter to, CsvForm form, TimeZoneInfo zone)
{
    // With the wide forms, which Japanese spreadsheets take for the same.
    private const string BeginsFormula = "=+-@\t\r\n＝＋－＠";

    private readonly char separator = form == CsvForm.SpreadsheetDecimalComma ? ';' : ',';
    private readonly StringBuilder row = new(form == CsvForm.Plain ? "" : "\uFEFF");
    private bool begun;

    public CsvRows Text(string? text)
    {
        if (string.IsNullOrEmpty(text)) return Cell("");
        var harmless = BeginsFormula.Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
        return Cell($"\"{harmless.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
    }

    public CsvRows Texts(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts) Text(text);
        return this;
    }

    public CsvRows Number(Amount? amount) => Cell(amount is { } some ? Decimal(some.ToString()) : "");

    public CsvRows Number(decimal? number) => Cell(number is { } some ? Decimal(some.ToString(CultureInfo.InvariantCulture)) : "");

    public CsvRows Instant(DateTimeOffset at) => Cell(form == CsvForm.Plain
        ? at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture)
        : TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));

    public async Task End(CancellationToken cancellation)
    {
        row.Append("\r\n");
        await to.WriteAsync(row, cancellation);
        row.Clear();
        begun = false;
    }

    private string Decimal(string number) => form == CsvForm.SpreadsheetDecimalComma ? number.Replace('.', ',') : number;

    private CsvRows Cell(string cell)
    {
        if (begun) row.Append(separator);
        row.Append(cell);
        begun = true;
        return this;
    }
}
