using Microsoft.Data.Sqlite;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.FakeGateways;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>The test of the checker: a ledger that was broken by hand in one way turns just that row red.</summary>
public sealed class BrokenLedgerTests(ITestOutputHelper output, BrokenLedgerTests.WorkedLedger worked) : IClassFixture<BrokenLedgerTests.WorkedLedger>
{
    [Theory]
    [InlineData("M1", "UPDATE balance SET total_micros = total_micros + 1, top_up_micros = top_up_micros + 1 WHERE balance = {balance}")]
    [InlineData("M2", "UPDATE ledger_entry SET lines = json_set(lines, '$[0].micros', 7) WHERE balance = {balance} AND number = 1")]
    [InlineData("M4", "UPDATE ledger_entry SET from_ms = from_ms + 1 WHERE balance = {balance} AND vm IS NOT NULL")]
    [InlineData("M4", "UPDATE metered_vm SET posted_through_ms = posted_through_ms + 1 WHERE balance = {balance}")]
    [InlineData("M6", "UPDATE ledger_entry SET seconds = seconds + 1 WHERE balance = {balance} AND vm IS NOT NULL")]
    [InlineData("M8", "UPDATE ledger_entry SET lines = json_set(lines, '$[0].micros', json_extract(lines, '$[0].micros') + 1) WHERE balance = {balance} AND kind = 'Expiry'")]
    [InlineData("M8", "PRAGMA ignore_check_constraints = ON; UPDATE ledger_entry SET kind = 'Expiry' WHERE balance = {balance} AND kind = 'Credit' AND lines LIKE '%lot-%'")]
    [InlineData("M9", "UPDATE ledger_entry SET change_micros = change_micros + 1 WHERE balance = {balance} AND number = 1")]
    [InlineData("M9", "UPDATE ledger_entry SET change_micros = change_micros + 1 WHERE balance = {balance} AND operation LIKE 'payment/%'")]
    [InlineData("M9", "DELETE FROM ledger_entry WHERE balance = {balance} AND operation LIKE 'payment/%/back/1'")]
    [InlineData("M9", "UPDATE ledger_entry SET description = 'stripe, payment another' WHERE balance = {balance} AND operation LIKE 'payment/stripe/%'")]
    [InlineData("M9", "UPDATE ledger_entry SET operation = 'payment/stripe/invented', description = 'stripe, payment invented' WHERE balance = {balance} AND number = 1")]
    [InlineData("M10", "UPDATE ledger_entry SET description = 'Another source' WHERE balance = {balance} AND number = 2")]
    [InlineData("M10", "UPDATE balance SET entry_hash = x'00' WHERE balance = {balance}")]
    [InlineData("M13", "DELETE FROM ledger_entry WHERE balance = {balance} AND number = 2")]
    [InlineData("C1", "UPDATE balance SET entry_count = entry_count + 1 WHERE balance = {balance}")]
    [InlineData("M12", "UPDATE ledger_entry SET balance_after_micros = balance_after_micros + 1 WHERE balance = {balance}")]
    [InlineData("E1", "DELETE FROM vm_order WHERE balance = {balance}; UPDATE ledger_entry SET at_ms = at_ms - 3000 WHERE balance_after_micros <= 0")]
    [InlineData("E1", "UPDATE vm_order SET kind = 'Delete' WHERE balance = {balance} AND kind = 'Stop'")]
    [InlineData("E3", "UPDATE vm_order SET live_micros = 1 WHERE balance = {balance} AND kind = 'Stop'")]
    [InlineData("E4", "UPDATE vm_order SET kind = 'Delete' WHERE balance = {balance} AND kind = 'Stop'")]
    [InlineData("E11", "UPDATE vm_order SET kind = 'Delete', at_ms = at_ms + 1000000 WHERE balance = {balance} AND kind = 'Stop'; UPDATE notice_delivery SET answers = '[]' WHERE balance = {balance}")]
    [InlineData("C3", "UPDATE ledger_entry SET through_ms = through_ms + 60000 WHERE balance = {balance} AND vm IS NOT NULL")]
    [InlineData("E6", "UPDATE metered_vm SET status = 'Stopped', admitted_at_ms = 0; UPDATE ledger_entry SET at_ms = at_ms - 600000 WHERE balance_after_micros < 0")]
    public async Task F21_What_was_changed_by_hand_is_named(string invariant, string statement)
    {
        var reader = worked.Copy();
        var report = new CheckReport();
        worked.Check(await reader.Read(), report);
        Assert.True(report.IsClean, report.ToString());

        await reader.Break($"BEGIN; DROP TRIGGER ledger_entry_is_never_updated; DROP TRIGGER ledger_entry_is_never_deleted; {statement.Replace("{balance}", $"'{worked.Balance}'", StringComparison.Ordinal)}; COMMIT");
        report = new CheckReport();
        worked.Check(await reader.Read(), report);
        output.WriteLine(report.ToString());
        Assert.Contains(invariant, report.Violated);
    }

    /// <summary>A ledger with every kind of row, of which each test breaks a copy.</summary>
    public sealed class WorkedLedger : IAsyncLifetime
    {
        private readonly WorkLog log = new();
        private ClusterUnderTest cluster = null!;
        private LedgerSnapshot before = null!;
        private IReadOnlyCollection<FakePayment> payments = [];
        private UsageAnswer usage = null!;

        public string Balance { get; private set; } = "";

        public async Task InitializeAsync()
        {
            cluster = await ClusterUnderTest.OnFiles();
            using var person = await new Person(cluster, log, CancellationToken.None).SignIn("ada@example.com");
            using var operators = await new Person(cluster, log, CancellationToken.None).SignInAsOperator();
            await person.TopUp(5);
            await person.TopUp(3);
            var vm = (await person.CreateVm())!.Id;
            await TenantCalls.Until(person.Vms, vms => vms is [{ Seconds: >= 2 }], "it has run for a while");
            // Where the voucher ends there is a charge of a VM that goes on running.
            // One that has ended before it came is refused.
            for (var tries = 1; (await operators.Grant(person.Tenant, "voucher", 1, TimeSpan.FromSeconds(2))).Outcome != Outcome.Ok; tries++) Assert.True(tries < 10);
            await TenantCalls.Until(person.Vms, vms => vms is [{ Charges: > 0, ChargedThrough: var charged }] && DateTimeOffset.UtcNow > charged.AddSeconds(2), "the voucher has ended for a while");
            await operators.Charge(person.Tenant, 8);
            await TenantCalls.Until(person.Vms, vms => vms is [{ Status: "stopped" }], "it is stopped");
            await person.Ask("delete", vm);
            await TenantCalls.Until(person.Vms, vms => vms is [], "it is deleted");
            await person.SayWhoPays();
            var payment = (await person.Pay("stripe", 3))!.Id;
            cluster.Gateways.Do(payment, FakeAct.Pay);
            cluster.Gateways.Do(payment, FakeAct.Refund, 1);
            await TenantCalls.Until(() => person.Get<PaymentAnswer>("look", $"/api/payments/{payment}"), now => now is { Status: "refunded" }, "the refund is taken back");
            payments = cluster.Gateways.Payments;
            await person.Balance();
            await person.LedgerHead();
            usage = (await person.Get<UsageAnswer>("usage", $"/api/vms/{vm}/usage?limit=500"))!;
            Balance = $"vn/{person.Tenant}";
            await Task.WhenAll(cluster.All.Select(process => process.Host.Stop()));
            before = await LedgerReader.Of(cluster).Read();
        }

        public async Task DisposeAsync() => await cluster.DisposeAsync();

        /// <summary>A copy of the ledger as it was, to be broken.</summary>
        internal LedgerReader Copy()
        {
            var copy = $"{cluster.LedgerFile}-{Guid.NewGuid():N}";
            using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = cluster.LedgerFile, Pooling = false }.ToString()))
            {
                connection.Open();
                using var command = connection.CreateCommand();
                command.CommandText = "VACUUM INTO $copy";
                command.Parameters.AddWithValue("$copy", copy);
                command.ExecuteNonQuery();
            }
            return LedgerReader.OfFile(copy);
        }

        internal void Check(LedgerSnapshot ledger, CheckReport report)
        {
            MoneyChecks.Check(ledger, report);
            EnforcementChecks.Check(ledger, report, TimeSpan.FromSeconds(90));
            MachineChecks.Check(ledger.Vms.Single(), usage, [.. ledger.EntriesOf[Balance]], ledger.Orders, [.. log.Operations], log.Now, report);
            // Under two seconds of running at or below zero: what the ledger was broken for must be seen at that.
            EnforcementChecks.Unstopped(usage, [.. ledger.EntriesOf[Balance]], ledger.Orders, ledger.At, report, TimeSpan.FromSeconds(2));
            WorkChecks.Check(log, ledger, report);
            PaymentChecks.Check(ledger, payments, log.Operations, report);
            PrefixChecks.Check(before, ledger, report);
        }
    }
}
