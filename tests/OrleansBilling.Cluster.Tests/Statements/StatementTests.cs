using OrleansBilling.Cluster.Tests.Database;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Cluster.Tests.Verification;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Statements;

namespace OrleansBilling.Cluster.Tests.Statements;

/// <summary>The statement of a month: opening + all entries = closing (M1), by the time zone of the region.</summary>
public sealed class StatementTests
{
    private static readonly TimeZoneInfo hanoi = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");
    private static readonly Month march = new(2026, 3);
    private static readonly Month april = new(2026, 4);

    [Fact]
    public async Task M1_a_month_with_every_kind_of_entry_adds_up_and_its_usage_is_what_was_charged()
    {
        await using var cluster = await BusyStory.Play();
        var (statement, entries) = ((await Read(cluster, march))!, await cluster.Entries());
        Assert.Equal(("0.000000", $"{entries[^1].BalanceAfter}"), ($"{statement.Opening}", $"{statement.Closing}"));
        Assert.Equal(entries.GroupBy(entry => entry.Kind).OrderBy(kind => kind.Key).Select(kind => (kind.Key, (long)kind.Count(), Sum(kind))), statement.Kinds.Select(kind => (kind.Key, kind.Value.Entries, kind.Value.Change.Micros)));
        foreach (var vm in await cluster.Billing.ListVms(cluster.Tenant, withDeleted: true))
            Assert.Equal((vm.Name, vm.Package, vm.Charged, (long)vm.Charges), statement.Vms.Where(used => used.Id == vm.Id).Select(used => (used.Name, used.Package, used.Cost, used.Charges)).Single());
        Assert.Equal([("inference", "0.500000")], statement.Products.Select(product => (product.Key, $"{product.Value}")));
        Assert.False(statement.IsOver);
    }

    [Fact]
    public async Task M1_months_follow_one_another_at_midnight_of_the_region_and_lose_nothing()
    {
        await using var cluster = await BillingCluster.Start(setup => setup.Start = new(2026, 3, 31, 16, 10, 0, TimeSpan.Zero)); // 23:10 in Hanoi
        await cluster.TopUp("9");
        await cluster.Create("a");
        await cluster.AdvanceTo(new(2026, 3, 31, 17, 40, 0, TimeSpan.Zero));
        var (first, second) = ((await Read(cluster, march))!, (await Read(cluster, april))!);
        Assert.Equal((3, 3), (first.Vms.Single().Charges, second.Vms.Single().Charges)); // 16:25, 40, 55; 17:10, 25, 40
        Assert.Equal((first.Closing, first.Through), (second.Opening, second.After));
        Assert.Equal((true, false), (first.IsOver, second.IsOver));
        var empty = (await Read(cluster, new Month(2026, 2)))!;
        Assert.Equal(("0.000000", "0.000000", 0), ($"{empty.Opening}", $"{empty.Closing}", empty.Kinds.Count));
        Assert.Null(await Read(cluster, new Month(2026, 5)));
    }

    [Theory]
    [InlineData("balance_after_micros = balance_after_micros + 1")]
    [InlineData("change_micros = change_micros + 1")]
    public async Task M1_F21_no_statement_is_made_of_a_ledger_that_does_not_add_up(string change)
    {
        await using var cluster = await BusyStory.Play();
        cluster.Database.Force($"UPDATE ledger_entry SET {change} WHERE {TestDatabase.Of(cluster.Tenant)} AND number = 5");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Read(cluster, march));
        Assert.Contains("does not add up", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P3_7_the_page_opens_each_charge_to_seconds_price_lots_version_and_rate_and_runs_no_script()
    {
        await using var cluster = await BusyStory.Play();
        await cluster.Billing.TopUp(cluster.Tenant, new TopUp("script", Currency.Usd, Amount.Parse("1"), "<script>alert(1)</script>"));
        var statement = (await Read(cluster, march))!;
        using var to = new StringWriter();
        await new StatementPage(to, cluster.Billing, statement).Write("ada@example.com", "n0nce");
        var page = to.ToString();
        var entries = await cluster.Entries();
        foreach (var entry in entries)
        {
            Assert.Contains($"<summary><span>{entry.Number}</span>", page, StringComparison.Ordinal);
            foreach (var part in entry.Vm?.Priced ?? [])
                Assert.Contains($"<li>{part.Seconds} s × {part.PricePerHour} an hour ÷ 3600 = ", page, StringComparison.Ordinal);
        }
        Assert.Equal(entries.Length, page.Split("<details>").Length - 1);
        Assert.Contains("charged 0.635000 USD. Price version 1, exchange rate 1.", page, StringComparison.Ordinal);
        Assert.Contains("<li>Voucher lot-spring -", page, StringComparison.Ordinal);
        Assert.Contains($"<th>Closing balance</th><td></td><td></td><td></td><td></td><td>{statement.Closing}</td>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("@media print", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P3_7_a_month_of_more_entries_than_a_page_has_comes_in_parts_that_have_each_of_them_once_and_all_sums()
    {
        await using var cluster = await BusyStory.Play();
        var (statement, entries) = ((await Read(cluster, march))!, await cluster.Entries());
        var parts = StatementPage.PartsOf(statement, 7);
        Assert.Equal((entries.Length + 6) / 7, parts);
        Assert.True(parts > 2);
        Assert.Equal((1, 1), (StatementPage.PartsOf(statement), StatementPage.PartsOf(statement, entries.Length)));
        for (var part = 1; part <= parts; part++)
        {
            using var to = new StringWriter();
            await new StatementPage(to, cluster.Billing, statement, part, 7).Write("ada@example.com", "n0nce");
            var page = to.ToString();
            var numbers = page.Split("<summary><span>").Skip(1).Select(after => long.Parse(after.Split('<')[0], System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(entries.Skip((part - 1) * 7).Take(7).Select(entry => entry.Number), numbers.Order());
            Assert.Contains($"<td>{statement.Closing}</td>", page, StringComparison.Ordinal);
            for (var other = 1; other <= parts; other++) Assert.Equal(other != part, page.Contains($"<a href=\"?month=2026-03&amp;part={other}\">", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Payments_that_are_not_in_the_ledger_are_rows_of_the_same_columns_with_their_status()
    {
        using var to = new StringWriter();
        await LedgerCsv.Write(to, CsvForm.Plain, [new UnpostedRow(Ladder.At("10:00:00"), "stripe, payment p", "Failed", Amount.Parse("25"), Currency.Usd)], hanoi);
        var row = Assert.Single(ReadCsv.Rows(to.ToString()));
        Assert.Equal(19, row.Count);
        Assert.Equal(
            ("2026-03-02T10:00:00Z", "Credit", "Top-up", "stripe, payment p", "Failed", "25.000000", "USD", ""),
            (row["Date (UTC)"], row["Kind"], row["Source"], row["Description"], row["Status"], row["Amount"], row["Currency"], row["Balance after"]));
    }

    [Fact]
    public async Task M1_a_FOCUS_file_costs_what_the_ledger_charged_and_every_row_is_a_usage_of_the_month()
    {
        await using var cluster = await BusyStory.Play();
        var statement = (await Read(cluster, march))!;
        using var to = new StringWriter();
        await FocusCsv.Write(
            to, cluster.Billing.ReadLedger(cluster.Tenant, statement.Entries), new FocusSubject(cluster.Tenant, Currency.Usd, hanoi, "GPU cloud"),
            id => statement.Vms.First(vm => vm.Id == id).Package, NothingListed);
        var rows = ReadCsv.Rows(to.ToString());
        var usage = (await cluster.Entries()).Where(entry => entry.Kind is EntryKind.Charge or EntryKind.Correction).ToList();
        Assert.Equal(-Sum(usage), rows.Sum(row => Amount.Parse(row["BilledCost"]).Micros));
        Assert.Equal(usage.Sum(entry => entry.Vm?.Seconds ?? 0), rows.Sum(row => row["ConsumedQuantity"].Length == 0 ? 0 : long.Parse(row["ConsumedQuantity"], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.All(rows, row => Assert.Equal(
            ("Usage", "USD", "2026-02-28T17:00:00Z", "2026-03-31T17:00:00Z", "vn", "t1"),
            (row["ChargeCategory"], row["BillingCurrency"], row["BillingPeriodStart"], row["BillingPeriodEnd"], row["RegionId"], row["SubAccountId"])));
        var quarter = rows.First(row => row["ConsumedQuantity"] == "900");
        Assert.Equal(
            ("gpu-vm", "1xH100", "1xH100/1", "2.54", "0.25", "Hours", "Seconds"),
            (quarter["ServiceName"], quarter["SkuId"], quarter["SkuPriceId"], quarter["ListUnitPrice"], quarter["PricingQuantity"], quarter["PricingUnit"], quarter["ConsumedUnit"]));
        Assert.Contains(rows, row => row["ConsumedQuantity"].StartsWith('-')); // the seconds that a late report gave back
    }

    [Fact]
    public async Task P3_9_a_correction_says_so_in_a_FOCUS_file_and_costs_less_than_nothing()
    {
        using var to = new StringWriter();
        var correction = MadeEntry.Charge("-0.254", (1, "2.54", -360)) with { Kind = EntryKind.Correction };
        await FocusCsv.Write(to, MadeEntry.Stream(correction, MadeEntry.TopUp("3", "card")), new FocusSubject(new("vn", "t1"), Currency.Usd, hanoi, "GPU cloud"), _ => "1xH100", NothingListed);
        var row = Assert.Single(ReadCsv.Rows(to.ToString()));
        Assert.Equal(("Correction", "-0.254000", "-360", "-0.1"), (row["ChargeClass"], row["BilledCost"], row["ConsumedQuantity"], row["PricingQuantity"]));
    }

    [Theory]
    [InlineData("2.54", "2.54", "0.635000")]
    [InlineData(null, "", "")]
    public async Task P3_7_an_own_price_is_contracted_in_a_FOCUS_file_and_the_price_list_is_listed(string? listed, string listPrice, string listCost)
    {
        using var to = new StringWriter();
        await FocusCsv.Write(
            to, MadeEntry.Stream(MadeEntry.Charge("0.225", (-1, "0.90", 900))), new FocusSubject(new("vn", "t1"), Currency.Usd, hanoi, "GPU cloud"), _ => "1xH100",
            (package, at) => (package, at) == ("1xH100", Ladder.At("10:00:00")) && listed is not null ? HourlyPrice.Parse(listed) : null);
        var row = Assert.Single(ReadCsv.Rows(to.ToString()));
        Assert.Equal(
            (listPrice, listCost, "0.9", "0.225000", "0.225000", "0.225000"),
            (row["ListUnitPrice"], row["ListCost"], row["ContractedUnitPrice"], row["ContractedCost"], row["BilledCost"], row["EffectiveCost"]));
    }

    private static HourlyPrice? NothingListed(string package, DateTimeOffset at) => null;

    private static Task<MonthlyStatement?> Read(BillingCluster cluster, Month month) => MonthlyStatement.Read(cluster.Billing, cluster.Tenant, month, hanoi);

    private static long Sum(IEnumerable<EntryView> entries) => entries.Sum(entry => entry.Change.Micros);
}
