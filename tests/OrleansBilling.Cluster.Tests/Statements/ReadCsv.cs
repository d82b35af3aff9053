using Microsoft.VisualBasic.FileIO;

namespace OrleansBilling.Cluster.Tests.Statements;

/// <summary>CSV as another program reads it: rows of cells by the names of their columns.</summary>
internal static class ReadCsv
{
    public static IReadOnlyList<Dictionary<string, string>> Rows(string text, string separator = ",")
    {
        using var parser = new TextFieldParser(new StringReader(text)) { TextFieldType = FieldType.Delimited, HasFieldsEnclosedInQuotes = true, TrimWhiteSpace = false };
        parser.SetDelimiters(separator);
        var names = parser.ReadFields()!;
        var rows = new List<Dictionary<string, string>>();
        while (!parser.EndOfData)
        {
            var cells = parser.ReadFields()!;
            Assert.Equal(names.Length, cells.Length);
            rows.Add(names.Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second));
        }
        return rows;
    }
}
