using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Deploy;
using OrleansBilling.EndToEnd.Tests.Faults.Checks;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.FakeGateways;

namespace OrleansBilling.EndToEnd.Tests.Faults;

/// <summary>
/// F22: a backup is taken while tenants pay, and put back a while later, by the lines of the runbook, under silos that are not restarted and tenants that
/// go on paying. Nothing is lost that was confirmed before the backup, or was archived after it; silos notice that they remember more than there is; what was paid at a gateway since then is credited again.
/// </summary>
internal sealed class RestoreUnderLoad(ClusterUnderTest cluster, ITestOutputHelper output)
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(4);

    private readonly WorkLog log = new();
    private readonly RunbookShell shell = new("/", new Dictionary<string, string>
    {
        ["DATABASE"] = cluster.Postgres!.UriOf(ClusterUnderTest.Database),
        ["PGDATA"] = cluster.Postgres.Data,
        ["PGCONF"] = $"{cluster.Postgres.Data}/postgresql.conf",
        ["PGUNIT"] = "", // nobody looks after it
        ["BACKUP"] = $"{cluster.Postgres.Data}.backup",
        ["ARCHIVE"] = $"{cluster.Postgres.Data}.archive",
    });

    public int Tenants { get; init; } = 3;

    public TimeSpan BetweenBackupAndRestore { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Whether the gateways tell once more of what was paid, as their operators can have it; otherwise silos have to ask.</summary>
    public bool GatewaysTellAgain { get; init; }

    public async Task Run()
    {
        if (Runbook.Blocks.Where(block => block is { Section: "Back up and restore", Where: "database" }).ToArray() is not [var archive, var backUp, var restore])
            throw new InvalidOperationException("The runbook archives, backs up and restores in other steps than this.");
        await cluster.Heal();
        await shell.Run(archive);
        await cluster.Heal(); // it was started anew
        using var enough = new CancellationTokenSource();
        var tenants = await Task.WhenAll(Enumerable.Range(0, Tenants).Select(_ => new Person(cluster, log, CancellationToken.None).SignIn($"{Guid.NewGuid():N}@example.com")));
        var succeeded = false;
        try
        {
            var payments = await Task.WhenAll(tenants.Select(Begin));
            var begun = log.Now;
            var paying = Task.WhenAll(tenants.Select(tenant => Task.Run(async () =>
            {
                // At one portal: a call that the other one goes on repeating would be done after the restore, too.
                while (!enough.IsCancellationRequested) await tenant.TopUp(1, portal: Random.Shared.Next(cluster.Portals.Count));
            })));

            await Some(begun);
            var kept = ConfirmedSince(TimeSpan.Zero);
            log.Note("nemesis: backup");
            await shell.Run(backUp);
            var since = log.Now;
            await Some(since);
            var archived = ConfirmedSince(since);
            await EndArchive();
            var from = log.Now;
            foreach (var payment in payments) cluster.Gateways.Do(payment.Id, FakeAct.Pay);
            foreach (var (tenant, payment) in tenants.Zip(payments)) await Paid(tenant, payment);
            await Task.Delay(BetweenBackupAndRestore);
            await Some(from);
            var lost = ConfirmedSince(from);
            log.Note("nemesis: restore");
            await LoseMachine();
            output.WriteLine(await shell.Run(restore));
            // Who came before numbers of orders were raised was kept out.
            Assert.Contains("pg_hba.conf rejects connection", await File.ReadAllTextAsync($"{cluster.Postgres!.Data}.log"), StringComparison.Ordinal);
            await Execute("ALTER SYSTEM SET archive_command = 'true'"); // it has done what it was there for
            await Execute("SELECT pg_reload_conf()");
            log.Note("nemesis has ended");

            await Task.Delay(TimeSpan.FromSeconds(1));
            var after = log.Now;
            foreach (var tenant in tenants) await tenant.TopUp(2);
            if (GatewaysTellAgain)
                foreach (var payment in payments) cluster.Gateways.Post.Repeat(payment.Id);
            foreach (var (tenant, payment) in tenants.Zip(payments)) await Paid(tenant, payment);
            await enough.CancelAsync();
            await paying;

            var report = await Check(tenants, payments, [.. kept, .. archived, .. ConfirmedSince(after)], lost);
            Assert.NotEmpty(kept);
            Assert.NotEmpty(archived);
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

    /// <summary>Waits until some of it is confirmed.</summary>
    private Task<int> Some(TimeSpan begun) => TenantCalls.Until(() => Task.FromResult(ConfirmedSince(begun).Length), confirmed => confirmed > 0, "a top-up is confirmed", patience);

    /// <summary>What is archived goes this far, as if the machine were lost with the rest of its log.</summary>
    private async Task EndArchive()
    {
        var last = await PostgresServer.Query<string>(cluster.Owner, "SELECT pg_walfile_name(pg_switch_wal())");
        await TenantCalls.Until(
            () => PostgresServer.Query<bool>(cluster.Owner, $"SELECT coalesce(last_archived_wal, '') >= '{last}' FROM pg_stat_archiver"), there => there, $"{last} is archived");
        await Execute("ALTER SYSTEM SET archive_command = ''");
        await Execute("SELECT pg_reload_conf()");
    }

    /// <summary>Nothing of it is left: another one has an empty folder.</summary>
    private async Task LoseMachine()
    {
        await cluster.Postgres!.StopImmediately();
        foreach (var folder in Directory.GetDirectories(cluster.Postgres.Data)) Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.GetFiles(cluster.Postgres.Data)) File.Delete(file);
    }

    private Task Execute(string sql) => PostgresServer.Execute(cluster.Owner, sql);

    /// <summary>What a tenant is told, and its row at that time: nothing was posted between looking before and after.</summary>
    private async Task<(BalanceAnswer Told, BalanceRow Stored)> Told(Person tenant)
    {
        async Task<BalanceRow> Row() => (await LedgerReader.Of(cluster).Read()).Balances.Single(row => row.Balance == $"vn/{tenant.Tenant}");
        for (var before = await Row(); ;)
        {
            var told = (await tenant.Balance())!;
            var after = await Row();
            if (after.EntryCount == before.EntryCount) return (told, after);
            before = after;
        }
    }

    private async Task<CheckReport> Check(Person[] tenants, PaymentAnswer[] payments, WorkOperation[] kept, WorkOperation[] lost)
    {
        var ledger = (await LedgerReader.Of(cluster).Read()).Of(tenants.Select(tenant => tenant.Tenant).ToHashSet());
        bool IsThere(WorkOperation topUp) => ledger.EntriesOf[$"vn/{topUp.Tenant}"].Count(entry => entry.Kind == "Credit" && entry.Change == topUp.Micros) == 1;

        var report = new CheckReport();
        MoneyChecks.Check(ledger, report);
        foreach (var topUp in kept) report.Look("M13", IsThere(topUp), $"{topUp.Tenant}: {topUp.Micros} was confirmed and is not there once");
        // Or nothing older was restored.
        Assert.True(lost.Length > 0 && lost.All(topUp => !IsThere(topUp)));
        foreach (var (tenant, payment) in tenants.Zip(payments))
        {
            var credited = ledger.EntriesOfPayments[payment.Id].Sum(entry => entry.Change);
            report.Look("M9", credited == payment.Amount.Micros, $"{tenant.Tenant}: {credited} of payment {payment.Id} is in the ledger");
            var (told, stored) = await Told(tenant);
            report.Look("M12", told.TopUp.Micros == stored.TopUp, $"{tenant.Tenant} is told another balance than is there");
            // What it has ordered is lost with the rest: no machine platform is asked again under a number that it may know.
            var orders = await PostgresServer.Query<int>(cluster.Owner, $"SELECT order_count FROM balance WHERE balance = 'vn/{tenant.Tenant}'");
            report.Look("E3", orders >= 1_000_000, $"{tenant.Tenant}: the next order has number {orders + 1}, which may have been asked under");
            var shown = await tenant.LedgerHead();
            report.Look("M12", shown!.Entries.Single().Number >= stored.EntryCount, $"{tenant.Tenant} is shown another ledger than is there");
        }
        return report;
    }
}
