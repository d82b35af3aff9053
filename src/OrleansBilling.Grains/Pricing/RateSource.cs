using System.Globalization;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Pricing;

/// <summary>A rate as a source publishes it.</summary>
/// <param name="Day">The day of its row.</param>
/// <param name="Currency">The currency.</param>
/// <param name="Rate">What one unit of the list currency is worth in it.</param>
public readonly record struct PublishedRate(DateOnly Day, Currency Currency, ExchangeRate Rate);

/// <summary>A source did not answer, or not with what the settings say.</summary>
public sealed class RateSourceException(string message) : Exception(message);

/// <summary>Fetches exchange rates over HTTP, as CSV. What it fetches is only ever offered to the price list, which checks it.</summary>
public sealed class RateSource(HttpClient http)
{
    /// <summary>No list of rates is larger, in bytes: more is not read.</summary>
    public const int LargestAnswer = 1024 * 1024;

    private static readonly TimeSpan longest = TimeSpan.FromMinutes(1); // of the answer's body too

    /// <summary>The rates of a region's source.</summary>
    /// <exception cref="RateSourceException">The answer is no list of rates; names the line.</exception>
    /// <exception cref="HttpRequestException">There is no answer, or one that is too large.</exception>
    public async Task<IReadOnlyList<PublishedRate>> Fetch(RateOptions options, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(longest);
        using var response = await http.GetAsync(new Uri(options.Source), limit.Token);
        return response.IsSuccessStatusCode
            ? Read(await response.Content.ReadAsStringAsync(limit.Token), options)
            : throw new RateSourceException($"the source answered {(int)response.StatusCode}");
    }

    /// <summary>The rates in a text. Rows of currencies that no balance can have are passed over; one bad row spoils all, because who writes that may write anything.</summary>
    public static IReadOnlyList<PublishedRate> Read(string text, RateOptions options)
    {
        var lines = text.Split('\n');
        var names = Cells(lines[0], options);
        var (date, currency, rate) = (Column(options.DateColumn), Column(options.CurrencyColumn), Column(options.RateColumn));
        var rates = new List<PublishedRate>();
        for (var i = 1; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i])) continue;
            var cells = Cells(lines[i], options);
            if (cells.Length != names.Length) throw new RateSourceException($"line {i + 1} has {cells.Length} columns and the first one {names.Length}");
            if (CurrencyCode.Find(cells[currency]) is not { } known) continue;
            if (!DateOnly.TryParseExact(cells[date], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) throw new RateSourceException($"line {i + 1} has no day such as 2026-03-02");
            if (!ExchangeRate.TryParse(cells[rate], out var worth)) throw new RateSourceException($"line {i + 1} has no exchange rate: a decimal above zero with at most 12 digits after the point");
            rates.Add(new PublishedRate(day, known, worth));
        }
        return rates;

        int Column(string name) => Array.IndexOf(names, name) is >= 0 and var place ? place : throw new RateSourceException($"its first line names no column '{name}'");
    }

    private static string[] Cells(string line, RateOptions options) => [.. line.Trim('\r', '\uFEFF').Split(options.Separator[0]).Select(cell => cell.Trim().Trim('"'))];
}
