using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Cluster.Tests.Pricing;

/// <summary>Exchange rates from a source over HTTP, once a day and once a cluster; what is doubted or missing is told (policy 3.7).</summary>
public sealed class RateImportTests
{
    private const string Days = "date,currency,rate\n2026-03-01,VND,25400.5\n2026-03-01,EUR,0.92\n2026-03-02,VND,25391.123456789012\r\n2026-02-27,VND,9\n2026-03-02,USD,1\n";

    // From which an operator's rate holds: the first of a currency is not imported unseen.
    private static readonly DateTimeOffset Yesterday = Ladder.At("10:00:00").AddDays(-1);

    private readonly ConcurrentBag<string> log = [];

    [Fact]
    public async Task P3_7_the_rates_of_today_and_tomorrow_are_entered_once_by_whatever_silo()
    {
        await using var source = await PublishedRates.Start(Days);
        await using var cluster = await Importing(source, silos: 2);
        await BeginsToAsk(cluster);
        // Today's is late, so it holds for the rest of the day, and a minute ahead; tomorrow begins at 17:00 UTC in Vietnam.
        var rates = await Rates(cluster, 2);
        Assert.Equal(["25391.123456789012 17:00:00.000", "25400.5 10:02:15.000"], rates);
        var hours = 0;
        for (; source.Asked < 4; hours++)
        {
            await cluster.Advance(TimeSpan.FromHours(1)); // one silo asks, or none when the job, which works in real time, has not seen this hour
            await Task.Delay(50);
        }
        Assert.InRange(source.Asked, 4, hours + 1);
        Assert.Equal(rates, await Rates(cluster, 2));
        Assert.DoesNotContain(log, line => line.Contains("not entered", StringComparison.Ordinal) || line.Contains("could not", StringComparison.Ordinal));
    }

    [Fact]
    public async Task P3_7_a_rate_that_an_operator_has_entered_for_a_day_is_left_alone()
    {
        await using var source = await PublishedRates.Start(Days);
        await using var cluster = await Importing(source);
        await cluster.Billing.AddRate("vn", new AddRate("own", Currency.Vnd, ExchangeRate.Parse("25399"), Ladder.At("16:59:00")));
        await BeginsToAsk(cluster);
        Assert.Equal(["25391.123456789012 17:00:00.000", "25399 16:59:00.000"], await Rates(cluster, 2));
    }

    [Fact]
    public async Task P3_7_the_first_rate_of_a_currency_is_not_imported_unseen()
    {
        await using var source = await PublishedRates.Start(Days);
        await using var cluster = await Started(source);
        await BeginsToAsk(cluster);
        await Comes(cluster, source, "25400.5 of 03/02/2026, was not entered: First");
        Assert.Empty(await cluster.Billing.GetRates("vn"));
    }

    [Fact]
    public async Task P3_7_a_published_rate_that_jumps_is_refused_and_told_and_the_last_one_goes_on_which_is_told_too()
    {
        await using var source = await PublishedRates.Start("date,currency,rate\n2026-03-01,VND,25400.5\n2026-03-02,VND,2540\n");
        await using var cluster = await Importing(source);
        await BeginsToAsk(cluster);
        Assert.Equal(["25400.5 10:02:15.000"], await Rates(cluster, 1));
        await Comes(cluster, source, "Vnd, 2540 from 03/02/2026 17:00:00 +00:00 on, was refused: Jump after 25400.5");
        await Comes(cluster, source, "2540 of 03/03/2026, was not entered: Jump");
        Assert.DoesNotContain(log, line => line.Contains("for 03/03/2026", StringComparison.Ordinal));
        await Comes(cluster, source, "no exchange rate of region vn into Vnd for 03/03/2026: that of 03/02/2026, 25400.5, goes on");
    }

    [Fact]
    public async Task P3_7_a_source_that_fails_is_asked_again_at_once_and_one_that_is_wrong_is_told()
    {
        await using var source = await PublishedRates.Start(Days);
        source.Statuses.Enqueue(503);
        await using var cluster = await Importing(source);
        await BeginsToAsk(cluster);
        await Rates(cluster, 2);
        Assert.Equal(2, source.Asked);

        source.Statuses.Enqueue(404);
        await Comes(cluster, source, "could not be imported: the source answered 404");
        source.Statuses.Enqueue(302); // rates come from where the settings say
        await Comes(cluster, source, "could not be imported: the source answered 302");
        source.Text = "date,currency,rate\n2026-03-02,VND,\n";
        await Comes(cluster, source, "could not be imported: line 2 has no exchange rate");
        source.Text = Days + new string('\n', RateSource.LargestAnswer);
        await Comes(cluster, source, "could not be imported: Cannot write more bytes to the buffer");
        await Rates(cluster, 2);
    }

    [Theory]
    [InlineData("", "its first line names no column 'date'")]
    [InlineData("date,currency\n", "its first line names no column 'rate'")]
    [InlineData("date,currency,rate\n2026-03-02,VND\n", "line 2 has 2 columns and the first one 3")]
    [InlineData("date,currency,rate\n\n02.03.2026,VND,1\n", "line 3 has no day such as 2026-03-02")]
    [InlineData("date,currency,rate\n2026-03-02,VND,-1\n", "line 2 has no exchange rate: a decimal above zero with at most 12 digits after the point")]
    public void What_is_no_list_of_rates_is_refused_with_its_line(string text, string reason) =>
        Assert.Equal(reason, Assert.Throws<RateSourceException>(() => RateSource.Read(text, new RateOptions())).Message);

    [Fact]
    public void Columns_and_what_separates_them_are_settings()
    {
        var options = new RateOptions { DateColumn = "Day", CurrencyColumn = "To", RateColumn = "Worth", Separator = ";" };
        Assert.Equal(
            [new PublishedRate(new DateOnly(2026, 3, 2), Currency.Jpy, ExchangeRate.Parse("149.87"))],
            RateSource.Read("\uFEFF\"From\";\"To\";\"Day\";\"Worth\"\r\nUSD;JPY;2026-03-02;\"149.87\"\r\n", options));
    }

    [Fact]
    public void A_day_begins_at_midnight_in_the_region()
    {
        var region = new RegionOptions { TimeZone = "Asia/Tokyo" };
        Assert.Equal(Ladder.At("15:00:00"), region.BeginningOf(new DateOnly(2026, 3, 3)));
        Assert.Equal((2, 3), (region.DayOf(Ladder.At("14:59:59")).Day, region.DayOf(Ladder.At("15:00:00")).Day));
    }

    private async Task<BillingCluster> Importing(PublishedRates source, short silos = 1)
    {
        var cluster = await Started(source, silos);
        await cluster.Ledger.AddRate("vn", new AddRate("first", Currency.Vnd, ExchangeRate.Parse("25400"), Yesterday, Confirmed: true));
        return cluster;
    }

    private Task<BillingCluster> Started(PublishedRates source, short silos = 1) => BillingCluster.Start(setup =>
    {
        setup.Silos = silos;
        setup.Services = services => services.AddLogging(logging => logging.AddProvider(new Lines(log)));
        setup.Billing = options =>
        {
            options.RatesEvery = TimeSpan.FromHours(1);
            options.Regions["vn"] = new RegionOptions
            {
                TimeZone = "Asia/Ho_Chi_Minh", Packages = { ["1xH100"] = new PackageOptions { PricePerHour = "2.54" } }, Rates = { Source = source.Address },
            };
        };
    });

    private static async Task<string[]> Rates(BillingCluster cluster, int count)
    {
        await Eventually.Holds(async () => (await Read()).Length == count, $"there are {count} rates");
        return [.. (await Read()).Select(rate => $"{rate.Rate} {rate.From:HH:mm:ss.fff}")];

        async Task<RateView[]> Read() => [.. (await cluster.Billing.GetRates("vn")).Where(rate => rate.From > Yesterday)];
    }

    /// <summary>A minute after the start, when the job waits for it.</summary>
    private static async Task BeginsToAsk(BillingCluster cluster)
    {
        await cluster.Clock.WaitUntilArmedAsync(Ladder.At("10:01:00"), cluster.Cluster.Silos.Count);
        await cluster.AdvanceTo(Ladder.At("10:01:00"));
    }

    /// <summary>Goes on hour by hour until it is told, and not before it has been asked for in that hour.</summary>
    private Task Comes(BillingCluster cluster, PublishedRates source, string what) => Eventually.Holds(
        async () =>
        {
            var asked = source.Asked;
            // The job works in real time, and each time asks before it tells; it has not begun to wait for this hour when it does not ask.
            for (var looked = 0; looked < 20; looked++)
            {
                if (log.Any(line => line.Contains(what, StringComparison.Ordinal))) return true;
                if (looked > 1 && source.Asked > asked) break;
                await Task.Delay(100);
            }
            await cluster.Advance(TimeSpan.FromHours(1));
            return false;
        },
        what);

    private sealed class Lines(ConcurrentBag<string> log) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Information) log.Add(formatter(state, exception));
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
