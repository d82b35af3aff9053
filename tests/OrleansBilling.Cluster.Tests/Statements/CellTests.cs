using OrleansBilling.Domain.Money;
using OrleansBilling.Statements;

namespace OrleansBilling.Cluster.Tests.Statements;

/// <summary>Cells that programs and spreadsheets read as what they are.</summary>
public sealed class CellTests
{
    private static readonly TimeZoneInfo hanoi = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");

    [Theory]
    [InlineData("=HYPERLINK(\"http://evil.example\",\"x\")")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    [InlineData("\n=1")]
    [InlineData("＝1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠SUM(A1)")]
    public async Task A_text_that_could_be_a_formula_begins_with_an_apostrophe(string text)
    {
        foreach (var form in Enum.GetValues<CsvForm>())
            Assert.Contains($"\"'{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", await Csv(form, text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_keeps_its_quotes_commas_and_line_breaks_and_a_harmless_one_is_as_it_was()
    {
        var row = Assert.Single(ReadCsv.Rows(await Csv(CsvForm.Plain, "He said \"1,5\"; then\nleft. Nạp tiền 支払い")));
        Assert.Equal("He said \"1,5\"; then\nleft. Nạp tiền 支払い", row["Description"]);
    }

    [Fact]
    public async Task Money_stays_a_number_of_its_own_sign_in_every_form()
    {
        var charge = MadeEntry.Charge("0.635", (1, "2.54", 900));
        Assert.Contains(",-0.635000,-0.635000,\"USD\"", await Csv(CsvForm.Plain, charge), StringComparison.Ordinal);
        Assert.Contains(",-0.635000,-0.635000,\"USD\"", await Csv(CsvForm.Spreadsheet, charge), StringComparison.Ordinal);
        Assert.Contains(";-0,635000;-0,635000;\"USD\"", await Csv(CsvForm.SpreadsheetDecimalComma, charge), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spreadsheets_get_a_byte_order_mark_and_times_of_the_region_and_programs_neither()
    {
        var (plain, spreadsheet) = (await Csv(CsvForm.Plain, "card"), await Csv(CsvForm.Spreadsheet, "card"));
        Assert.StartsWith("\"Number\",\"Date (UTC)\"", plain, StringComparison.Ordinal);
        Assert.Contains("1,2026-03-02T10:00:00Z,", plain, StringComparison.Ordinal);
        Assert.StartsWith("\uFEFF\"Number\",\"Date (Asia/Ho_Chi_Minh)\"", spreadsheet, StringComparison.Ordinal);
        Assert.Contains("1,2026-03-02 17:00:00,", spreadsheet, StringComparison.Ordinal);
    }

    private static Task<string> Csv(CsvForm form, string description) => Csv(form, MadeEntry.TopUp("3", description));

    private static async Task<string> Csv(CsvForm form, Contracts.Balances.EntryView entry)
    {
        using var to = new StringWriter();
        await LedgerCsv.Write(to, form, MadeEntry.Stream(entry), Currency.Usd, hanoi);
        return to.ToString();
    }
}
