using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OrleansBilling.Cluster.Tests.Payments;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Pricing;
using OrleansBilling.Grains.Telemetry;
using OrleansBilling.Payments;

namespace OrleansBilling.Cluster.Tests.Telemetry;

/// <summary>Which payments are not cleared, as somebody sees it who reads the meter. In a region that no other test of this process has.</summary>
public sealed class UnclearedTests
{
    private const string Region = "uncleared";

    private readonly ConcurrentDictionary<string, double> read = new();

    [Fact]
    public async Task Money_that_cannot_be_posted_and_money_that_a_balance_refuses_are_uncleared_since_the_gateway_told_of_them_until_they_are_over()
    {
        using var listener = Listen();
        var (gateway, ledger) = (new HandGateway(), new FaultyLedger());
        await using var cluster = await BillingCluster.Start(setup =>
        {
            gateway.AddTo(setup);
            gateway.Settings.Regions[Region] = new() { ["stripe"] = ["USD", "VND"] };
            setup.Ledger = ledger.Around;
            setup.Billing = options =>
            {
                options.CountEvery = TimeSpan.FromSeconds(1);
                options.Regions[Region] = new RegionOptions { Packages = { ["1xH100"] = new PackageOptions { PricePerHour = "2.54" } }, Rates = { First = { ["VND"] = "25400" } } };
            };
        });
        cluster.Tenant = new BalanceId(Region, "t1");
        await cluster.Pay("p");
        Assert.Equal(PaymentResult.Started, (await cluster.Billing.StartPayment("q", cluster.Command("500000", Currency.Vnd))).Result);
        await Reads(0, 0);

        ledger.Instead = (method, _) => method == nameof(ILedgerStore.Commit) ? throw new IOException("The ledger cannot be reached.") : null;
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Cluster.Client.GetGrain<IGatewaysGrain>(0).Take(gateway.Says("p", Paying.Paid())));
        await cluster.Advance(TimeSpan.FromMinutes(1.1));
        await Reads(1, 66);
        Assert.Empty(await cluster.Billing.GetStuckPayments(Region)); // nobody has to look yet

        ledger.Instead = null;
        await cluster.Advance(TimeSpan.FromMinutes(1.1));
        await Reads(0, 0);
        Assert.Equal(PaymentStatus.Paid, await cluster.StatusOfPayment("p"));

        Assert.Equal(503, await cluster.Hears(gateway.Says("q", new PaymentPaid("pi_q", Currency.Vnd, Amount.Parse("500000"))))); // the balance is in dollars
        await cluster.Advance(TimeSpan.FromMinutes(10));
        await Reads(1, 600);
        Assert.Equal(SettlementResult.Settled, (await cluster.Billing.SettlePayment("q", new SettlePayment(Region, "grace", "paid back by bank"))).Result);
        await Reads(0, 0);

        Task Reads(int count, int seconds) => Eventually.Holds(
            () =>
            {
                read.Clear();
                listener.RecordObservableInstruments();
                return read.GetValueOrDefault("billing.payments.uncleared", -1) == count && Math.Floor(read.GetValueOrDefault("billing.payments.uncleared.oldest", -1)) == seconds;
            },
            $"{count} uncleared since {seconds} s");
    }

    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == BillingMetrics.Name && instrument.Name.StartsWith("billing.payments.", StringComparison.Ordinal)) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Keep(instrument.Name, value, labels));
        listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Keep(instrument.Name, value, labels));
        listener.Start();
        return listener;

        void Keep(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
        {
            foreach (var label in labels)
                if (label is { Key: "region", Value: Region }) read[name] = value;
        }
    }
}
