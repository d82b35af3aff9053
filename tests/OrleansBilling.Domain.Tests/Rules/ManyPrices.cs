using System.Collections.Immutable;
using System.Numerics;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Rules;

/// <summary>
/// A VM outlives many exchange rates. What its balance keeps of them is bounded, and every amount is what it would be if all were kept: also what becomes known of a
/// time whose rates are folded (policy 3.6, 3.7, 3.9).
/// </summary>
public sealed class ManyPrices
{
    private const int Days = 400;
    private static readonly DateTimeOffset start = Tenant.At("00:00:00");
    private static readonly ImmutableArray<RateVersion> rates = [.. Enumerable.Range(0, Days + 1).Select(day =>
        new RateVersion(day + 1, Currency.Vnd, new ExchangeRate(25_400_123_456_789_012 + 1_000_000_000_007L * (day / 2 * 7919 % 113)), start.AddDays(day)))]; // two days each alike

    private readonly Tenant tenant = new()
    {
        Currency = Currency.Vnd,
        Rules = new BillingRules(
            new BillingPolicy { ChargeEvery = TimeSpan.FromHours(6) },
            new PriceList(Currency.Usd, ImmutableDictionary<string, Package>.Empty.Add(Tenant.H100.Code, Tenant.H100), rates), [], Revision: 1),
    };

    [Fact]
    public void Policy_3_6_3_9_Through_400_daily_rates_a_VMs_row_stays_small_and_is_charged_what_each_second_costs()
    {
        Begin();
        tenant.Run("00:00:00", "b");
        var (most, longest) = (0, 0);
        for (var day = 1; day <= Days; day++)
        {
            Advance(day);
            foreach (var vm in tenant.Balance.Vms.Values)
            {
                var since = rates.Count(rate => rate.From > vm.Reading.Through && rate.From <= At(day));
                (most, longest) = (Math.Max(most, vm.Posted.Usage.Priced.Length), Math.Max(longest, since));
                Assert.InRange(vm.Reading.Usage.Priced.Length, 0, Usage.MostPrices);
            }
            if (day == 40) Hear("a", 39, 5, VmStatus.Error, day); // in time enough: of a day that is kept
            if (day == 41) Hear("a", 40, 7, VmStatus.Running, day);
            if (day == 300) Hear("a", 100, 13, VmStatus.Error, day); // two thirds of a year late
            if (day == 300) Hear("a", 103, 6, VmStatus.Running, day);
            if (day == 301) Hear("a", 200, 1, VmStatus.Rebooting, day);
            if (day == 301) Hear("a", 200, 2, VmStatus.Running, day);
            if (day % 50 == 0) Assert.Equal(ReadingResult.NothingNew, tenant.Take(At(day), "a", tenant.ReadingOf("a", At(day))).Result);
            if (day == 200) Hear("b", 200, 0, VmStatus.Stopped, day);
        }
        Hear("b", 390, 3, VmStatus.Deleting, Days); // ten days late

        Assert.InRange(most, 2, Usage.MostPrices); // what each charge writes
        Assert.InRange(longest, 2, Usage.MostPrices); // what each charge goes through
        Assert.True(tenant.ReadInFull > 2);
        Advance(Days, hours: 6);
        AssertExact("a", At(Days).AddHours(6));
        AssertExact("b", At(390).AddHours(3));
        Assert.Null(Books.Complaint([.. tenant.Entries], tenant.Balance));
    }

    [Fact]
    public void Policy_3_9_A_correction_of_a_day_whose_rate_is_folded_names_that_rate_and_nothing_else_is_posted_with_it()
    {
        Begin();
        for (var day = 1; day <= 60; day++) Advance(day);
        Hear("a", 3, 10, VmStatus.Error, 60);
        Hear("a", 3, 11, VmStatus.Running, 60);
        Advance(60, hours: 6);

        var last = tenant.Entries.Last();
        Assert.Equal([(4, -3600L), (61, 6 * 3600L)], last.Vm!.Priced.OrderBy(part => part.RateVersion).Select(part => (part.RateVersion, part.Seconds)));
        Assert.Equal(2, tenant.ReadInFull); // one for each of the two that were heard
        Assert.InRange(tenant.Balance.Vms["a"].Posted.Usage.Priced.Length, 2, Usage.MostPrices);
        AssertExact("a", At(60).AddHours(6));
    }

    [Fact]
    public void Policy_3_9_An_hour_that_moves_to_another_day_of_the_same_rate_is_not_taken_for_the_same()
    {
        var (used, package) = (Usage.None, tenant.Rules.Prices.In(Currency.Vnd)["1xH100"]);
        Usage Without(int day) => used.Extend(At(0), At(day), package).Extend(At(day).AddHours(1), At(60), package);

        var (second, third) = (Without(2), Without(3)); // both days at one rate, under two ids
        Assert.Equal((second.Time, second.Cost), (third.Time, third.Cost));
        Assert.NotEqual(second, third);
        Assert.NotEqual(second, third.Fold());
        Assert.Null(Usage.Align(second.Fold(), third.Fold()));
        Assert.Null(Usage.Align(second.Fold(), third));
        Assert.Equal(second, second.Fold());
        Assert.NotNull(Usage.Align(second.Fold(), second));
    }

    [Fact]
    public void Policy_3_11_Readings_that_have_folded_more_or_less_than_the_balance_say_nothing_new()
    {
        Begin();
        for (var day = 1; day <= 60; day++) Advance(day);
        var reading = tenant.ReadingOf("a", At(60).AddHours(1));
        var full = tenant.Histories["a"].UsageThrough(reading.Through, tenant.Rules.Prices.In(Currency.Vnd)["1xH100"]);
        var (shorter, longer) = (new Usage(full.Time, full.Priced[59..], Sum(full.Priced[..59])), new Usage(full.Time, full.Priced[40..], Sum(full.Priced[..40])));

        foreach (var usage in new[] { full, shorter, longer })
            Assert.Equal(ReadingResult.NothingNew, tenant.Take(reading.Through, "a", reading with { Usage = usage }).Result);
        // And what does say something new, of a day that is kept, is compared with the row alone, whatever it has folded.
        tenant.Histories["a"] = tenant.Histories["a"].With(new StatusChange(At(59).AddHours(23), VmStatus.Error));
        Assert.Equal(ReadingResult.Taken, tenant.Take(reading.Through, "a", tenant.ReadingOf("a", reading.Through)).Result);
        Assert.Equal(0, tenant.ReadInFull);
        Advance(61);
        AssertExact("a", At(59).AddHours(23));
    }

    [Fact]
    public void M4_A_reading_in_full_counts_only_beside_all_that_the_ledger_has_charged()
    {
        Begin();
        for (var day = 1; day <= 60; day++) Advance(day);
        var charged = ChargedSeconds.Of([.. tenant.Entries.Where(entry => entry.Vm is not null).Select(entry => (entry.Vm!.Sequence, entry.Vm.Priced))]);
        tenant.Histories["a"] = tenant.Histories["a"].With(new StatusChange(At(3), VmStatus.Error)).With(new StatusChange(At(4), VmStatus.Running));
        var at = At(60).AddHours(13); // two charges are due by then, which the ledger has not yet
        var reading = tenant.ReadingOf("a", at) with { Usage = tenant.Histories["a"].UsageThrough(at, tenant.Rules.Prices.In(Currency.Vnd)["1xH100"]) };

        Assert.Equal(ReadingResult.Folded, Ask(null));
        Assert.Equal(ReadingResult.Folded, Ask(charged with { Sequence = charged.Sequence - 1 }));
        Assert.Throws<InvalidOperationException>(() => Ask(charged with { Priced = charged.Priced.RemoveAt(0) }));
        Assert.Equal(ReadingResult.Taken, Ask(charged));

        ReadingResult Ask(ChargedSeconds? known) => BalanceStep.Begin(tenant.Balance, tenant.Rules, at).Report("a", reading, new VmTraits("a"), charged: known).Result;
    }

    [Fact]
    public void Policy_3_6_What_was_stored_before_anything_was_folded_goes_on_and_is_folded_with_its_next_charge()
    {
        Begin();
        for (var day = 1; day <= 60; day++) Advance(day);
        var (vm, package) = (tenant.Balance.Vms["a"], tenant.Rules.Prices.In(Currency.Vnd)["1xH100"]);
        var old = vm with
        {
            Reading = new MeterReading(vm.Reading.Revision, start, Usage.None, VmStatus.Running, start),
            Posted = vm.Posted with { Usage = Usage.None.Extend(start, vm.Posted.Through, package) },
        };
        Assert.Equal((60, vm.Posted.Usage), (old.Posted.Usage.Priced.Length, old.Posted.Usage));

        var next = BalanceStep.Advance(tenant.Balance with { Vms = tenant.Balance.Vms.With(old) }, tenant.Rules, At(60).AddHours(6));
        var expected = BalanceStep.Advance(tenant.Balance, tenant.Rules, At(60).AddHours(6));
        Assert.Equal(Entry(expected).Change, Entry(next).Change);
        Assert.Equal(Entry(expected).Vm!.Priced.AsEnumerable(), Entry(next).Vm!.Priced);
        Assert.InRange(next.Next.Vms["a"].Posted.Usage.Priced.Length, 2, Usage.MostPrices);

        static LedgerEntry Entry(Decision decision) => Assert.Single(decision.Events.OfType<EntryPosted>()).Entry;
    }

    private static DateTimeOffset At(int day) => start.AddDays(day);

    private static FoldedSeconds Sum(ImmutableArray<PricedSeconds> parts) => parts.Aggregate(default(FoldedSeconds), (sum, part) => sum.Plus(part));

    private void Begin()
    {
        tenant.TopUp("00:00:00", "2000000000");
        tenant.Run("00:00:00", "a");
    }

    private void Advance(int day, int hours = 0) => tenant.Advance(At(day).AddHours(hours));

    private void Hear(string vm, int day, int hour, VmStatus status, int on)
    {
        tenant.Histories[vm] = tenant.Histories[vm].With(new StatusChange(At(day).AddHours(hour), status));
        var revision = tenant.Balance.Vms[vm].Reading.Revision + 1;
        Assert.Equal(ReadingResult.Taken, tenant.Take(At(on), vm, tenant.ReadingOf(vm, At(on)) with { Revision = revision }).Result);
    }

    /// <summary>Hour by hour, because nothing here changes within one.</summary>
    private void AssertExact(string vm, DateTimeOffset until)
    {
        var (owed, seconds) = (BigInteger.Zero, new SortedDictionary<int, long>());
        for (var hour = start; hour < until; hour = hour.AddHours(1))
        {
            if (tenant.Histories[vm].Changes.Last(change => change.At <= hour).Status is not (VmStatus.Running or VmStatus.Stopped)) continue;
            var rate = rates[(hour - start).Days];
            seconds[rate.Id] = seconds.GetValueOrDefault(rate.Id) + 3600;
            owed += new BigInteger(2_540_000) * rate.Rate.Picos * 3600;
        }
        var charges = tenant.Entries.Where(entry => entry.Vm?.Id == vm).ToList();
        Assert.Equal((long)(owed / 3600 / BigInteger.Pow(10, 12)), -charges.Sum(charge => charge.Change.Micros));
        Assert.Equal(tenant.Balance.Vms[vm].Posted.Usage.Cost.Micros, -charges.Sum(charge => charge.Change.Micros));
        Assert.Equal(
            seconds.Select(rate => (rate.Key, rate.Value)),
            PricedSeconds.Sum(charges.SelectMany(charge => charge.Vm!.Priced)).OrderBy(part => part.RateVersion).Select(part => (part.RateVersion, part.Seconds)));
    }
}
