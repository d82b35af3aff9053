using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Cluster.Tests.Vouchers;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Pricing;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Cluster.Tests.Telemetry;

/// <summary>What is measured where it happens. In a region that no other test of this process has, because they share the meter.</summary>
public sealed class MetricTests
{
    private const string Region = "measured";

    [Fact]
    public async Task A_charge_is_counted_and_how_late_it_and_its_reminder_came_is_measured_in_business_time()
    {
        var measured = new ConcurrentQueue<(string Name, double Value)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == BillingMetrics.Name && instrument.Name is "billing.charges" or "billing.charge.lag" or "billing.reminder.lateness") self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Keep(instrument, value, labels));
        listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Keep(instrument, value, labels));
        listener.Start();

        await using var cluster = await BillingCluster.Start(setup =>
            setup.Billing = options => options.Regions[Region] = new RegionOptions { Packages = { ["1xH100"] = new PackageOptions { PricePerHour = "2.54" } } });
        cluster.Tenant = new BalanceId(Region, "t1");
        await cluster.TopUp("100");
        await cluster.Create("a");
        await cluster.AdvanceTo(Ladder.At("10:16:00"));
        Assert.Equal([0.0, 1], Of("billing.charges")); // none when the silo begins, so that the first is seen as one more
        Assert.Equal([0.0], Of("billing.charge.lag"));
        Assert.Equal([0.0], Of("billing.reminder.lateness").Distinct());

        cluster.Clock.AdvanceTo(Ladder.At("10:32:00")); // over a quarter hour, as if nobody had been there
        await cluster.Settle();
        await Eventually.Holds(() => Of("billing.reminder.lateness").Contains(120), "the reminder came two minutes late");
        Assert.Equal([0.0, 120], Of("billing.charge.lag"));

        double[] Of(string name) => [.. measured.Where(one => one.Name == name).Select(one => one.Value)];

        void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
        {
            foreach (var label in labels)
                if (label is { Key: "region", Value: Region }) measured.Enqueue((instrument.Name, Math.Floor(value))); // timers come a moment late
        }
    }

    [Fact]
    public async Task Locks_of_voucher_codes_and_refused_exchange_rates_are_counted_from_zero_on()
    {
        const string Counted = "counted";
        var totals = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == BillingMetrics.Name && instrument.Name is "billing.vouchers.locked" or "billing.rates.refused") self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) =>
        {
            foreach (var label in labels)
                if (label is { Key: "region", Value: Counted }) totals[instrument.Name] = value;
        });
        listener.Start();
        await using var cluster = await Redeeming.Start(
            setup =>
            {
                var billing = setup.Billing;
                setup.Billing = options =>
                {
                    billing(options);
                    options.Regions[Counted] = new RegionOptions { Packages = { ["1xH100"] = new PackageOptions { PricePerHour = "2.54" } } };
                };
            },
            options => options.Guesses = 2);
        await Reads(locked: 0, refused: 0);

        for (var guess = 0; guess < 3; guess++) await cluster.TryToRedeem(Redeeming.Wrong(guess), region: Counted); // the third meets the lock
        await Reads(locked: 1, refused: 0);

        Assert.Equal(RateResult.First, (await cluster.Billing.AddRate(Counted, new AddRate("r", Currency.Vnd, ExchangeRate.Parse("25400"), Ladder.At("10:05:00")))).Result);
        Assert.Equal(RateResult.Entered, (await cluster.Billing.AddRate(Counted, new AddRate("r", Currency.Vnd, ExchangeRate.Parse("25400"), Ladder.At("10:05:00"), Confirmed: true))).Result);
        await Reads(locked: 1, refused: 1);

        Task Reads(long locked, long refused) => Eventually.Holds(
            () =>
            {
                listener.RecordObservableInstruments();
                return (totals.GetValueOrDefault("billing.vouchers.locked", -1), totals.GetValueOrDefault("billing.rates.refused", -1)) == (locked, refused);
            },
            $"{locked} locks and {refused} refused rates");
    }
}
