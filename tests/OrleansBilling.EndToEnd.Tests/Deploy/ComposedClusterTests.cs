using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Orleans.Core.Internal;
using Orleans.Runtime.Placement;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Api;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Faults.OnDemand;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;
using OrleansBilling.EndToEnd.Tests.Telemetry;

namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>What <c>compose.yaml</c> starts serves, is seen by its collector, and can be run by the lines of the runbook.</summary>
public sealed partial class ComposedClusterTests(ComposedCluster cluster, ITestOutputHelper output) : IClassFixture<ComposedCluster>
{
    private static readonly string[] outOfCredit = ["exhausted", "negative"];
    private static readonly string[] places = ["", "database", "engine", "example"];

    [PostgresFact]
    public async Task A_top_up_a_create_a_charge_and_a_stop_are_served_and_metrics_logs_and_the_trace_of_that_charge_reach_the_collector()
    {
        try
        {
            var portals = cluster.Portals;
            var cookies = new CookieContainer();
            using var tenant = new PortalCaller(portals[0], cookies: cookies);
            using var elsewhere = new PortalCaller(portals[1], cookies: cookies); // signed in there too
            using var grace = new PortalCaller(portals[1]);
            await tenant.SignIn("ada@example.com");
            await SignIn(grace);
            await tenant.TopUp("5.00");
            var vm = (await elsewhere.CreateVm()).Id;
            await tenant.VmReaches(vm, "running");
            await TenantCalls.Until(tenant.Balance, now => now.Live < now.Posted, "it is used");

            // Another product takes the rest: what the VM has used is charged in that step, and the VM is stopped.
            await grace.Post<PostingAnswer>($"/api/operator/tenants/{tenant.Tenant}/charges", new { product = "inference", amount = "5.00", currency = "USD", description = "tokens" });
            await elsewhere.VmReaches(vm, "stopped");
            var entries = await tenant.Ledger();
            Assert.Equal(Amount.Parse("5.00"), entries[0].Change);
            var charges = entries.Where(entry => entry.Vm?.Id == vm).ToArray();
            Assert.NotEmpty(charges);
            Assert.All(charges, charge => Assert.True(charge.Change < Amount.Zero && charge.Vm!.Seconds > 0));
            Assert.Contains((await tenant.Balance()).Standing, outOfCredit);

            var way = await TenantCalls.Until(
                () => Task.FromResult(WayOfACharge(tenant.Tenant)), found => found.Length > 0, "the transaction of the charge leads back to the portal's request");
            output.WriteLine(string.Join(" <- ", way.Select(span => span.Name)));
            Assert.Equal("ledger.commit", way[0].Name);
            await TenantCalls.Until(
                () => Task.FromResult(cluster.Collector.Metrics.Select(metric => metric.Name).ToHashSet()),
                names => names.IsSupersetOf(["billing.charges", "billing.commits", "billing.commit.duration", "billing.tenants", "http.server.request.duration"]), "metrics of silos and portals are there");
            await TenantCalls.Until(
                () => Task.FromResult(cluster.Collector.Series.Where(series => series.Name == "billing_certificate_left_seconds").Select(series => series.Labels["service_instance_id"]).Distinct().Count()),
                processes => processes == cluster.Silos.Count() + cluster.Portals.Length, "each silo and portal says how long its certificate is valid");
            await TenantCalls.Until(
                () => Task.FromResult(cluster.Collector.Logs.FirstOrDefault(line => line.Attributes.GetValueOrDefault("Vm") == vm && line.Attributes.GetValueOrDefault("Balance") == $"vn/{tenant.Tenant}")),
                line => line is not null, "a line of the log names balance and VM");
        }
        catch
        {
            output.WriteLine(cluster.Log);
            throw;
        }
    }

    [PostgresFact]
    public async Task The_trace_of_a_charge_leads_from_the_reminder_of_a_VM_on_one_silo_to_its_balance_and_the_ledger_on_another()
    {
        var balance = $"vn/{cluster.Tenant}";
        using var node = await cluster.Join();
        var grains = node.Services.GetRequiredService<IClusterClient>();
        var management = grains.GetGrain<IManagementGrain>(0);
        var vm = grains.GetGrain<IVmGrain>($"{balance}/{cluster.Vm}");
        var at = await management.GetActivationAddress(grains.GetGrain<IBalanceGrain>(balance));
        // The runtime likes to have a VM where its balance is.
        RequestContext.Set(IPlacementDirector.PlacementHintKey, (await management.GetHosts(onlyActive: true)).Keys.First(silo => !silo.Equals(at)));
        await vm.AsReference<IGrainManagementExtension>().MigrateOnIdle();
        RequestContext.Clear();

        var way = await TenantCalls.Until(
            () => Task.FromResult(cluster.Collector.WaysOfCommits.FirstOrDefault(way => way[^1].Name == "vm.tick" && way[^1].Attributes["billing.vm"] == cluster.Vm && way[^1].Process != way[0].Process)),
            way => way is not null, "its next charge is made by two silos", TimeSpan.FromMinutes(3));
        output.WriteLine(string.Join(" <- ", way!.Select(span => $"{span.Name} ({span.Process})")));
        Assert.Equal(["ledger.commit", "balance.commit"], way![..2].Select(span => span.Name));
        Assert.Equal(balance, way![1].Attributes["billing.balance"]);
        Assert.Equal("", way![^1].Parent);
        Assert.Equal(2, way!.Select(span => span.Process).Distinct().Count());
        Assert.Single(way!.Select(span => span.Trace).Distinct());
    }

    [PostgresFact]
    public async Task The_dashboard_of_a_portal_without_a_silo_is_401_to_anyone_403_to_a_tenant_and_200_to_an_operator()
    {
        using var stranger = new PortalCaller(cluster.Portals[1]);
        using var tenant = new PortalCaller(cluster.Portals[1]);
        using var grace = new PortalCaller(cluster.Portals[1]);
        try
        {
            await tenant.SignIn("edith@example.com");
            await SignIn(grace);
            await DashboardTests.Judge(stranger, tenant, grace);
        }
        catch
        {
            output.WriteLine(cluster.Log);
            throw;
        }
    }

    [PostgresFact]
    public async Task Every_process_is_healthy_as_its_container_would_be_asked_and_none_works_in_the_clear()
    {
        foreach (var host in cluster.Silos.Concat(cluster.Portals))
        {
            await TenantCalls.Until(() => host.Command(Dockerfile.Command(Dockerfile.Read().Last("HEALTHCHECK"))[^1]), check => check.Code == 0, "it is healthy");
        }
        Assert.All(cluster.Silos, silo => Assert.DoesNotContain("obey whoever reaches them", silo.Log, StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task The_lines_of_the_runbook_do_what_they_say()
    {
        using var folder = new TemporaryFolder();
        using var tenant = new PortalCaller(cluster.Portals[0]);
        await tenant.SignIn("grace.hopper@example.com");
        await tenant.TopUp("7.00");
        var variables = await Variables(folder, tenant.Tenant);
        var programs = Directory.CreateDirectory($"{variables["PGDATA"]}.programs").FullName;
        await WriteSupervisor(programs);
        var shell = new RunbookShell(folder.Path, variables) { Programs = programs };

        // The page names what its lines expect: no more, no less.
        var expected = Assert.Single(Runbook.Blocks, block => block.Section == "Before you begin" && block.Where == "example");
        Assert.Equal(Assigned().Matches(expected.Lines).Select(match => match.Groups[1].Value).Order(), variables.Keys.Order());
        foreach (var path in new[] { "BILLING", "SECRETS", "OPERATOR_KEY_FILE" }) Assert.Matches($"{path}='?{variables[path]}", expected.Lines); // they lead there from one place

        var blocks = Runbook.Blocks;
        Assert.All(blocks, block => Assert.Contains(block.Where, places));
        Assert.Contains(blocks, block => block.Where == "database");
        try
        {
            foreach (var block in blocks)
            {
                if (block.Lines.Contains("pg_ctl promote", StringComparison.Ordinal)) await DoesNotRestore(shell, block, variables, tenant.Tenant);
                if (block.Lines.Contains("SET status = 6", StringComparison.Ordinal)) await DeclaresNobodyDead(shell, block);
                var said = block.Where is "" or "database" ? await shell.Run(block) : await shell.Parse(block);
                output.WriteLine($"---- {block}\n{said}");
                // From here on as Debian has it: the data folder has no configuration of its own, nor has a backup of it.
                if (block.Lines.Contains("archive_command", StringComparison.Ordinal)) File.Move(Path.Combine(variables["PGDATA"], "postgresql.conf"), variables["PGCONF"]);
                if (block.Lines.Contains("pg_basebackup", StringComparison.Ordinal))
                {
                    await Command.Run("chmod", "a-w", variables["ARCHIVE"]); // nothing more gets there
                    await tenant.TopUp("1.00");
                }
                if (block.Lines.Contains("SET status = 6", StringComparison.Ordinal)) Assert.Equal(6, await StatusOfTheLostSilo());
                if (block.Lines.Contains("pg_ctl promote", StringComparison.Ordinal))
                {
                    await Command.Run("chmod", "u+w", variables["ARCHIVE"]);
                    Assert.Equal(
                        ["restart", "stop", "stop", "start"], // the first stop failed
                        (await File.ReadAllLinesAsync($"{variables["PGDATA"]}.told")).Select(told => told.Replace("systemctl ", "", StringComparison.Ordinal).Replace($" {variables["PGUNIT"]}", "", StringComparison.Ordinal)));
                    // What was confirmed before the backup is there, and what the old server could not archive any more; silos that were never restarted serve it.
                    Assert.True(Directory.Exists($"{variables["PGDATA"]}.before"));
                    var there = await TopUps(tenant.Tenant);
                    Assert.Equal([7_000_000, 1_000_000], there);
                    var balance = await TenantCalls.Until(() => Balance(tenant), now => now is not null, "the restored database is served");
                    Assert.Equal(Amount.Parse("8.00"), balance!.TopUp);
                }
            }
        }
        catch
        {
            output.WriteLine(cluster.Log);
            throw;
        }
    }

    private async Task SignIn(PortalCaller grace) =>
        await grace.Post<object>("/operator/session", new { name = "grace", key = (await File.ReadAllTextAsync(Path.Combine(cluster.Secrets, "portal", "Operators__Key"))).Trim() });

    /// <summary>In the place of systemd, and of the right to command it: runs the server as its unit would, and notes what it was told.</summary>
    private static Task WriteSupervisor(string programs) => RunbookShell.WriteProgram(
        Path.Combine(programs, "sudo"),
        """
        echo "$*" >> "$PGDATA.told"
        case "$2" in
          start) exec pg_ctl start -w -D "$PGDATA" -l "$PGDATA.log" -o "-c config_file=$PGCONF" ;;
          *) exec pg_ctl "$2" -w -m fast -D "$PGDATA" -l "$PGDATA.log" ;;
        esac
        """);

    /// <summary>What must not cost anything: no archive, another user, a server that does not stop.</summary>
    private async Task DoesNotRestore(RunbookShell shell, RunbookBlock restore, Dictionary<string, string> variables, string tenant)
    {
        var empty = $"{variables["ARCHIVE"]}.not-mounted";
        Assert.Contains("Nothing was changed", await shell.With("ARCHIVE", empty).Fails(restore), StringComparison.Ordinal);
        Directory.CreateDirectory(empty);
        Assert.Contains("Nothing was changed", await shell.With("ARCHIVE", empty).Fails(restore), StringComparison.Ordinal);
        if (Environment.IsPrivilegedProcess) Assert.Contains("Nothing was changed", await shell.With(asSomebodyElse: true).Fails(restore), StringComparison.Ordinal);
        var programs = Directory.CreateDirectory($"{variables["PGDATA"]}.programs-without-stop").FullName;
        await WriteSupervisor(programs);
        await RunbookShell.WriteProgram(Path.Combine(programs, "pg_ctl"), $"[ \"$1\" != stop ] || exit 1\nexec {PostgresServer.Programs}/pg_ctl \"$@\"");
        await shell.With(programs: programs).Fails(restore);
        Assert.False(Directory.Exists($"{variables["PGDATA"]}.before"));
        var there = await TopUps(tenant);
        Assert.Equal([7_000_000, 1_000_000], there);
    }

    /// <summary>One that was lost while it joined, so that nobody else looks after it; and a name that is no silo's.</summary>
    private async Task DeclaresNobodyDead(RunbookShell shell, RunbookBlock block)
    {
        await PostgresServer.Execute(cluster.Connected,
            "INSERT INTO orleansmembership (clusterid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime) VALUES ('billing', '10.0.8.11', 11111, 1, 'lost', 'lost', 2, 30000, now(), now())");
        Assert.Contains("no rows returned", await shell.With("SILO", "10.0.8.11:11111@2 billing").Fails(block), StringComparison.Ordinal);
        Assert.Equal(2, await StatusOfTheLostSilo());
    }

    private Task<int> StatusOfTheLostSilo() => PostgresServer.Query<int>(cluster.Connected, "SELECT status FROM orleansmembership WHERE silo = '10.0.8.11:11111@1 billing'");

    private static async Task<BalanceAnswer?> Balance(PortalCaller tenant)
    {
        using var answer = await tenant.Send(HttpMethod.Get, "/api/balance");
        return answer.IsSuccessStatusCode ? await tenant.Balance() : null;
    }

    /// <summary>As they are in the database: a silo may remember more.</summary>
    private Task<long[]> TopUps(string tenant) => PostgresServer.Query<long[]>(
        cluster.Connected,
        $"SELECT array_agg(change_micros ORDER BY e.number) FROM ledger_entry e JOIN balance b ON b.number = balance_number WHERE balance = 'vn/{tenant}' AND kind = 'Credit'");

    private async Task<Dictionary<string, string>> Variables(TemporaryFolder folder, string tenant)
    {
        // Rotated are copies: the cluster's own are in use.
        var deploy = Directory.CreateDirectory(Path.Combine(folder.Path, "deploy")).FullName;
        foreach (var entry in Directory.GetFileSystemEntries(DeployFolder.Path(""))) File.CreateSymbolicLink(Path.Combine(deploy, Path.GetFileName(entry)), entry);
        await Command.Run("cp", "-a", cluster.Secrets, Path.Combine(deploy, "secrets"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "app"), Path.GetDirectoryName(cluster.Program)!);
        return new()
        {
            ["BILLING"] = "dotnet app/OrleansBilling.Host.dll",
            ["SECRETS"] = "deploy/secrets",
            ["DATABASE"] = cluster.Connection("billing"),
            ["PGDATA"] = cluster.Postgres.Data,
            ["PGCONF"] = $"{cluster.Postgres.Data}.conf",
            ["PGUNIT"] = "postgresql@17-main",
            ["BACKUP"] = $"{cluster.Postgres.Data}.backup",
            ["ARCHIVE"] = $"{cluster.Postgres.Data}.archive",
            ["PORTAL"] = string.Create(CultureInfo.InvariantCulture, $"http://vn.localhost:{cluster.Portals[0].HttpPort}"),
            ["OPERATOR"] = "grace",
            ["OPERATOR_KEY_FILE"] = "deploy/secrets/portal/Operators__Key",
            ["TENANT"] = tenant,
            ["SILO"] = "10.0.8.11:11111@1 billing",
        };
    }

    /// <summary>From the transaction that an operator's charge led to back to the portal; empty: it is not there yet.</summary>
    private Span[] WayOfACharge(string tenant) => cluster.Collector.WaysOfCommits.FirstOrDefault(way =>
        way[^1].Parent.Length == 0 && way[^1].Name.Contains("/charges", StringComparison.Ordinal) && way.Any(span => span.Attributes.GetValueOrDefault("billing.balance") == $"vn/{tenant}")) ?? [];

    [GeneratedRegex(@"(?:export |\s)([A-Z_]+)=")]
    private static partial Regex Assigned();
}
