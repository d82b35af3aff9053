using OrleansBilling.EndToEnd.Tests.Faults.Checks;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.FakeGateways;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>
/// F22: a backup is taken while tenants pay, and put back a while later under silos that are not restarted and tenants that go on paying. Nothing that
/// was confirmed before the backup is lost; silos notice that they remember more than there is; what was paid at a gateway since then is credited again.
/// </summary>
internal sealed class RestoreUnderLoad(ClusterUnderTest cluster, ITestOutputHelper output)
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(4);

    private readonly WorkLog log = new();

    public int Tenants { get; init; } = 3;

    public TimeSpan BetweenBackupAndRestore { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Whether the gateways tell once more of what was paid, as their operators can have it; otherwise silos have to ask.</summary>
    public bool GatewaysTellAgain { get; init; }

    public async Task Run()
    {
        await cluster.Heal();
        using var enough = new CancellationTokenSource();
        var tenants = await Task.WhenAll(Enumerable.Range(0, Tenants).Select(_ => new Person(cluster, log, CancellationToken.None).SignIn($"{Guid.NewGuid():N}@example.com")));
        var succeeded = false;
        try
        {
            var payments = await Task.WhenAll(tenants.Select(Begin));
            var paying = Task.WhenAll(tenants.Select(tenant => Task.Run(async () =>
            {
                while (!enough.IsCancellationRequested) await tenant.TopUp(1);
            })));

            await Task.Delay(TimeSpan.FromSeconds(1));
            var kept = ConfirmedSince(TimeSpan.Zero);
            log.Note("nemesis: backup");
            await cluster.Postgres!.Backup();
            var from = log.Now;
            foreach (var payment in payments) cluster.Gateways.Do(payment.Id, FakeAct.Pay);
            foreach (var (tenant, payment) in tenants.Zip(payments)) await Paid(tenant, payment);
            await Task.Delay(BetweenBackupAndRestore);
            var lost = ConfirmedSince(from);
            log.Note("nemesis: restore");
            await cluster.Postgres.Restore();
            log.Note("nemesis has ended");

            await Task.Delay(TimeSpan.FromSeconds(1));
            var after = log.Now;
            foreach (var tenant in tenants) await tenant.TopUp(2);
            if (GatewaysTellAgain)
                foreach (var payment in payments) cluster.Gateways.Post.Repeat(payment.Id);
            foreach (var (tenant, payment) in tenants.Zip(payments)) await Paid(tenant, payment);
            await enough.CancelAsync();
            await paying;

            var report = await Check(tenants, payments, kept, lost, ConfirmedSince(after));
            output.WriteLine(report.ToString());
            Assert.True(report.IsClean, report.ToString());
            foreach (var tenant in tenants)
                foreach (var vm in await tenant.Vms() ?? []) await tenant.Ask("delete", vm.Id);
            succeeded = true;
        }
        finally
        {
            await enough.CancelAsync();
            foreach (var tenant in tenants) tenant.Dispose();
            if (!succeeded) output.WriteLine($"{log.Text()}\n{cluster.Log}");
        }
    }

    private static async Task<PaymentAnswer> Begin(Person tenant)
    {
        await tenant.SayWhoPays();
        await tenant.TopUp(9);
        await tenant.CreateVm();
        return (await tenant.Pay("stripe", 3))!; // the page is there, and nobody has paid yet
    }

    private static Task<PaymentAnswer> Paid(Person tenant, PaymentAnswer payment) => TenantCalls.Until(
        async () => (await tenant.Get<PaymentAnswer[]>("payments", "/api/payments"))!.Single(now => now.Id == payment.Id), now => now.Status == "paid", $"payment {payment.Id} is credited", patience);

    private WorkOperation[] ConfirmedSince(TimeSpan begun) => [.. log.Operations.Where(operation => operation is { Kind: "top-up", Outcome: Outcome.Ok } && operation.Invoked >= begun)];

    private async Task<CheckReport> Check(Person[] tenants, PaymentAnswer[] payments, WorkOperation[] kept, WorkOperation[] lost, WorkOperation[] after)
    {
        var ledger = (await LedgerReader.Of(cluster).Read()).Of(tenants.Select(tenant => tenant.Tenant).ToHashSet());
        bool IsThere(WorkOperation topUp) => ledger.EntriesOf[$"vn/{topUp.Tenant}"].Count(entry => entry.Kind == "Credit" && entry.Change == topUp.Micros) == 1;

        var report = new CheckReport();
        MoneyChecks.Check(ledger, report);
        Assert.NotEmpty(kept);
        Assert.NotEmpty(after);
        foreach (var topUp in kept.Concat(after)) report.Look("M13", IsThere(topUp), $"{topUp.Tenant}: {topUp.Micros} was confirmed and is not there once");
        // Or it was no older backup that was restored.
        Assert.True(lost.Length > 0 && lost.All(topUp => !IsThere(topUp)));
        foreach (var (tenant, payment) in tenants.Zip(payments))
        {
            var credited = ledger.EntriesOfPayments[payment.Id].Sum(entry => entry.Change);
            report.Look("M9", credited == payment.Amount.Micros, $"{tenant.Tenant}: {credited} of payment {payment.Id} is in the ledger");
            var stored = ledger.Balances.Single(row => row.Balance == $"vn/{tenant.Tenant}");
            report.Look("M12", (await tenant.Balance())!.TopUp.Micros == stored.TopUp, $"{tenant.Tenant} is told another balance than is there");
            var shown = await tenant.LedgerHead();
            report.Look("M12", shown!.Entries.Single().Number >= stored.EntryCount, $"{tenant.Tenant} is shown another ledger than is there");
        }
        return report;
    }
}
