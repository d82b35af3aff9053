using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Ledger;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Processes;

public sealed class StartAndStopTests(ITestOutputHelper output) : HostTest(output)
{
    [Theory]
    [InlineData("Production", "Clock:Speed=60", "Clock:Speed is '60'")]
    [InlineData("Production", "Notices:Webhooks:AllowLoopback=true", "Notices:Webhooks:AllowLoopback is 'true'")]
    [InlineData("Development", "Notices:Mail:Host=mail.internal", "Notices:Mail:From is ''")]
    [InlineData("Development", "Clock:Speed=0.5", "Clock:Speed is '0.5'")]
    [InlineData("Development", "Role=king", "Role is 'king'")]
    [InlineData("Development", "Telemetry:Otlp=collector", "Telemetry:Otlp is 'collector'")]
    [InlineData("Production", "SignIn:Development=true", "SignIn:Development is true")]
    public async Task A_setting_that_cannot_be_stops_the_start_with_a_sentence(string environment, string setting, string sentence)
    {
        var host = Prepare([setting], environment: environment);
        host.Launch();
        Assert.NotEqual(0, await host.Ended());
        Assert.Contains(sentence, host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_silo_in_the_folder_of_a_first_is_refused_and_harms_nothing()
    {
        using var folder = new TemporaryFolder();
        var first = Prepare([], folder);
        await first.Start();
        var second = Prepare([], folder);
        second.Launch();
        Assert.Equal(2, await second.Ended());
        Assert.Contains("no other silo uses", second.Log, StringComparison.Ordinal);
        var tenant = Keep(new PortalCaller(first));
        await tenant.SignIn("ada@example.com");
        await tenant.TopUp("10.00");
    }

    [Theory]
    [InlineData("Silo:SweepEvery=00:00:00", "SweepEvery")]
    [InlineData("Silo:ChargesWait=00:00:02", "ChargesWait")]
    [InlineData("Regions:vn:Currency=EUR", "EUR")]
    [InlineData("Policy:RecoveryGrace=00:00:00", "RecoveryGrace")]
    public async Task A_value_out_of_its_range_is_named_before_anything_starts(string setting, string named)
    {
        var host = Prepare([setting]);
        host.Launch();
        Assert.Equal(2, await host.Ended());
        Assert.Contains(named, host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_production_nobody_signs_in_without_proof_or_pays_without_paying()
    {
        var host = Prepare([], environment: "Production");
        await host.Start();
        var stranger = Keep(new PortalCaller(host));
        var refusal = await stranger.Refused(HttpMethod.Post, "/api/session", new { email = "ada@example.com" });
        Assert.Equal((404, "development_sign_in_off"), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task A_process_of_which_one_part_does_not_end_ends_all_the_same_and_says_so()
    {
        var host = Prepare(["ShutdownTimeout=00:00:01"]);
        foreach (var (name, value) in NeverStopped.Variables) host.Variables[name] = value;
        await host.Start();
        Assert.Equal(128 + 9, await host.Stop()); // it has killed itself
        Assert.Contains("The process was asked to end 6 seconds ago", host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task M13_SIGTERM_in_the_middle_of_work_ends_the_process_with_0_and_loses_nothing()
    {
        var host = await Run("Platform:Create=00:00:01");
        var tenant = Keep(new PortalCaller(host));
        await tenant.SignIn("ada@example.com");
        await tenant.TopUp("10.00");
        var vm = (await tenant.CreateVm()).Id;
        await tenant.VmReaches(vm, "running");

        using var listening = new HttpRequestMessage(HttpMethod.Get, "/api/events");
        using var stream = await tenant.Send(listening, HttpCompletionOption.ResponseHeadersRead);
        var payer = new SteadyPayer(tenant);
        await Task.Delay(1_000);
        Assert.Equal(0, await host.Stop());
        new LedgerAudit(host.LedgerFile).Verify();
        await host.Start();
        var confirmed = await payer.Stop();

        // The session holds, what was confirmed is there, and the VM went on running meanwhile.
        SteadyPayer.Verify(confirmed, await tenant.Ledger());
        var usage = await tenant.Usage(vm);
        Assert.Equal("running", usage.Vm.Status);
        var balance = await tenant.Balance();
        var paid = Amount.Parse("10.00") + new Amount(confirmed.Count);
        Assert.Equal(paid - new StatusTimeline(usage.History).CostUntil(balance.AsOf, 2_540_000), balance.Live);
    }

    [Fact]
    public async Task A_silo_and_a_portal_as_two_processes_serve_as_one_does()
    {
        var folder = Keep(new TemporaryFolder());
        var silo = Prepare(["Role=silo", "Platform:Create=00:00:01"], folder);
        var portal = Prepare(["Role=portal"], folder);
        await silo.Start();
        await portal.Start();

        var tenant = Keep(new PortalCaller(portal));
        await tenant.SignIn("ada@example.com");
        await tenant.TopUp("3.00");
        var vm = (await tenant.CreateVm()).Id;
        await tenant.VmReaches(vm, "running");

        // The portal keeps nothing: one that was killed and started again shows the same.
        await portal.Kill();
        await portal.Start();
        Assert.Equal("running", (await tenant.Vm(vm)).Status);

        using var atSilo = new PortalCaller(silo);
        using var answer = await atSilo.Send(HttpMethod.Get, "/api/balance");
        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(0, await portal.Stop());
        Assert.Equal(0, await silo.Stop());
    }
}
