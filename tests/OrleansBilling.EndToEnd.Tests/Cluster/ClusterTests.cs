using System.Net;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Cluster;

/// <summary>Two silos and a portal, three processes on one PostgreSQL.</summary>
public sealed class ClusterTests(ITestOutputHelper output) : HostTest(output)
{
    private static readonly TimeSpan latestCharge = TimeSpan.FromMinutes(1);

    [PostgresFact]
    public async Task C6_M13_Silos_that_are_killed_and_restarted_under_steady_payers_lose_nothing_and_charge_in_time_whether_anybody_asks_or_not()
    {
        using var certificates = new NodeCertificates();
        await using var server = await PostgresServer.Run();
        // The nodes have no more rights than the application's role.
        var owner = await server.NewDatabase("billing");
        await PostgresServer.Execute(owner, $"CREATE ROLE {OrleansTables.ApplicationRole}; CREATE ROLE node LOGIN IN ROLE {OrleansTables.ApplicationRole}");
        string[] database = [$"Database:ConnectionString={server.ConnectionStringOf("billing", "node")}", $"Database:MigrationConnectionString={owner}"];
        var silos = Enumerable.Range(0, 2).Select(number =>
            Prepare(["Role=silo", .. database, "Platform:Create=00:00:01", "Cluster:AllowedAddresses=127.0.0.1", .. certificates.Settings($"silo{number}")])).ToArray();
        var portal = Prepare(["Role=portal", .. database, "Portal:ResponseTimeout=00:00:03", .. certificates.Settings("portal")]);
        await Task.WhenAll(silos.Select(silo => silo.Start())); // both migrate at once
        await portal.Start();

        var tenants = new List<(PortalCaller Tenant, string Vm)>();
        for (var number = 0; number < 6; number++)
        {
            var tenant = Keep(new PortalCaller(portal));
            await tenant.SignIn($"tenant{number}@example.com");
            await tenant.TopUp("10.00");
            tenants.Add((tenant, (await tenant.CreateVm()).Id));
        }
        // Who asks for a balance makes it charge what is due: so one tenant more, for whom nobody asks from now on.
        var idle = Keep(new PortalCaller(portal));
        await idle.SignIn("idle@example.com");
        await idle.TopUp("10.00");
        var unasked = (await idle.CreateVm()).Id;
        foreach (var (tenant, vm) in tenants.Append((idle, unasked))) await tenant.VmReaches(vm, "running");

        // Usage is charged wherever credit ends (policy 2.6): so charges are due all through the restarts.
        var operators = Keep(new PortalCaller(portal));
        await operators.SignInAsOperator(portal);
        var now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        var due = Enumerable.Range(1, 7).Select(number => now.AddSeconds(3 + 4 * number)).ToArray();
        var credits = await Task.WhenAll(tenants.Select(known => known.Tenant).Append(idle).SelectMany(tenant => due.Select(expires => operators.Send(
            HttpMethod.Post, $"/api/operator/tenants/{tenant.Tenant}/credits", new { kind = "voucher", amount = "0.01", currency = "USD", description = "It ends soon.", expires }, PortalCaller.NewKey()))));
        // Those that had ended before they came were refused, at one tenant or another.
        var came = credits.Chunk(due.Length).Select(each => each.Select(answer => answer.StatusCode == HttpStatusCode.OK).ToArray()).ToArray();
        due = [.. due.Where((_, number) => came.All(each => each[number]))];
        Assert.NotEmpty(due);

        var payers = tenants.Select(known => new SteadyPayer(known.Tenant)).ToArray();
        // Each silo ends once in an orderly way and once not; the other one goes on meanwhile.
        Assert.Equal(0, await silos[0].Stop());
        await silos[0].Start();
        await silos[1].Kill();
        await silos[1].Start();
        Assert.Equal(0, await silos[1].Stop());
        await silos[1].Start();
        await silos[0].Kill();
        await Task.Delay(TimeSpan.FromSeconds(20)); // not restarted: the other one has to notice by itself
        // In the database alone: what is due to the idle tenant comes by itself, wherever its balance was when a silo ended.
        var charges = $"FROM ledger_entry e JOIN balance b ON b.number = balance_number WHERE balance = 'vn/{idle.Tenant}' AND vm_ordinal IS NOT NULL";
        await TenantCalls.Until(
            () => PostgresServer.Query<long[]>(owner, $"SELECT coalesce(array_agg(at_ms), '{{}}') {charges}"),
            instants => due.All(instant => instants.Contains(instant.ToUnixTimeMilliseconds())), "every charge that was due is there, though nobody asked");
        var latest = TimeSpan.FromMilliseconds(await PostgresServer.Query<long>(owner, $"SELECT max(recorded_at_ms - at_ms) {charges}"));
        Output.WriteLine($"The latest charge that nobody asked for was {latest} late.");
        Assert.InRange(latest, TimeSpan.Zero, latestCharge);
        foreach (var (payer, known) in payers.Zip(tenants))
        {
            SteadyPayer.Verify(await payer.Stop(), await known.Tenant.Ledger());
            Assert.Equal("running", (await known.Tenant.Vm(known.Vm)).Status);
            // None is missing, and none is late by more than a minute, by the instants that the ledger itself has.
            var ledger = await TenantCalls.Until(known.Tenant.Ledger, entries => due.All(instant => entries.Any(entry => entry.Vm is not null && entry.At == instant)), "every charge that was due is there");
            Assert.All(ledger.Where(entry => entry.Vm is not null), charge => Assert.InRange(charge.RecordedAt - charge.At, TimeSpan.Zero, latestCharge));
            Output.WriteLine($"The latest charge was {ledger.Where(entry => entry.Vm is not null).Max(charge => charge.RecordedAt - charge.At)} late.");
        }
        Assert.Equal(0, await portal.Stop());
        Assert.Equal(0, await silos[1].Stop());
    }
}
