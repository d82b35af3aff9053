namespace OrleansBilling.Statements;

/// <summary>For whom a CSV is written.</summary>
public enum CsvForm
{
    /// <summary>For programs: RFC 4180, UTF-8, commas, decimal points, instants in UTC.</summary>
    Plain = 1,

    /// <summary>For spreadsheets, such as Excel, where a list has commas and numbers have points: a byte order mark, and local times that they know as such.</summary>
    Spreadsheet = 2,

    /// <summary>The same where numbers have a decimal comma, and lists therefore semicolons, as in Vietnam.</summary>
    SpreadsheetDecimalComma = 3,
}
