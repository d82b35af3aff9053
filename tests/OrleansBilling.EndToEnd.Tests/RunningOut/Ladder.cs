using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Ledger;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.RunningOut;

/// <summary>
/// Example 5 of the policy as one sees it over HTTP: $3.00, one 1×H100, and the instants counted from the one at which it was first
/// Running. The platform takes no time, so that the example's figures come out as printed.
/// </summary>
internal sealed class Ladder
{
    public const long MicrosPerHour = 2_540_000;

    /// <summary>A minute of business time in a second, and a platform without delays. A second in which this machine stands still is no outage, after which a deletion would wait (policy 4.10).</summary>
    public static readonly string[] Settings = ["Clock:Speed=60", "Policy:OverdueAfter=01:00:00", "Platform:Create=00:00:00", "Platform:Start=00:00:00", "Platform:Stop=00:00:00", "Platform:Delete=00:00:00"];

    // Real time. The ladder has 101 minutes of business time, which are 101 s; these only end what would never end.
    private static readonly TimeSpan longest = TimeSpan.FromMinutes(4);

    private readonly PortalCaller tenant;
    private readonly string vm;
    private readonly DateTimeOffset running;

    private Ladder(PortalCaller tenant, string vm, DateTimeOffset running) => (this.tenant, this.vm, this.running) = (tenant, vm, running);

    public string Vm => vm;

    public static async Task<Ladder> Begin(PortalCaller tenant)
    {
        await tenant.SignIn("ada@example.com");
        await tenant.TopUp("3.00");
        var vm = await tenant.CreateVm();
        await tenant.VmReaches(vm.Id, "running");
        var timeline = new StatusTimeline((await tenant.Usage(vm.Id)).History);
        return new Ladder(tenant, vm.Id, timeline.FirstRunning);
    }

    /// <summary>So many seconds after the VM was first Running.</summary>
    public DateTimeOffset At(int seconds) => running.AddSeconds(seconds);

    /// <summary>10:10:52: low. Told once, and a second VM and a reboot are refused with the numbers.</summary>
    public async Task BecomesLow()
    {
        var notice = await Told("low");
        Assert.Equal(At(652), notice.At);
        Assert.Equal(Amount.Parse("2.539978"), notice.Amount);
        Assert.Equal(Amount.Parse("2.540000"), notice.Need);
        Assert.Equal("low", (await tenant.Balance()).Standing);

        await Refused("/api/vms", new { package = "1xH100", name = "second" }, need: "5.080000");
        await Refused($"/api/vms/{vm}/reboot", null, need: "2.540000");
        Assert.Equal("running", (await tenant.Vm(vm)).Status);
    }

    /// <summary>11:10:52: at the first instant at or below zero everything is settled and the stop is ordered; the clock below zero starts.</summary>
    public async Task IsExhausted(LedgerAudit audit)
    {
        var belowZero = await Told("belowZero");
        Assert.Equal(At(4252), belowZero.At);
        Assert.Equal(Amount.Parse("-0.000022"), belowZero.Amount);
        Assert.Equal(At(4252 + 1800), belowZero.DeletionAt);

        var charges = (await tenant.Ledger()).Where(entry => entry.Vm is not null).Take(5).ToArray();
        Assert.Equal(["-0.635000", "-0.635000", "-0.635000", "-0.635000", "-0.460022"], charges.Select(charge => charge.Change.ToString()));
        Assert.Equal([900L, 900, 900, 900, 652], charges.Select(charge => charge.Vm!.Seconds));
        Assert.Equal([At(900), At(1800), At(2700), At(3600), At(4252)], charges.Select(charge => charge.At));
        Assert.Equal([1, 2, 3, 4, 5], charges.Select(charge => charge.Vm!.Sequence));
        Assert.Equal(Amount.Parse("-0.000022"), charges[4].BalanceAfter);

        var stop = Assert.Single(audit.Orders(), order => order.Kind == "Stop");
        Assert.Equal((At(4252), Amount.Parse("-0.000022")), (stop.At, stop.Live));
        await tenant.VmReaches(vm, "stopped");
        Assert.True((await tenant.Vm(vm)).StoppedAutomatically);
        Assert.Equal(At(4252), (await Told("stopped")).At);

        var balance = await tenant.Balance();
        Assert.Equal(("negative", At(4252), At(4252 + 1800)), (balance.Standing, balance.NegativeSince, balance.DeletionAt));
        Assert.Equal(-balance.Live, balance.CuringAmount);
        await Refused($"/api/vms/{vm}/power-on", null, need: "2.540000");
        Assert.Equal("kept", (await tenant.Patch<VmAnswer>($"/api/vms/{vm}", new { name = "kept" })).Name); // E8: never refused
    }

    /// <summary>11:40:52: unpaid for 30 minutes; warned 10 and 5 minutes before, then deleted at the instant announced.</summary>
    public async Task IsDeleted(LedgerAudit audit)
    {
        await tenant.VmReaches(vm, "deleted", longest);
        var due = At(4252 + 1800);
        Assert.Equal(due, Assert.Single(audit.Orders(), order => order.Kind == "Delete").At);
        var warnings = (await tenant.Notices()).Where(notice => notice.Kind == "deletionNear").OrderBy(notice => notice.Number).ToArray();
        Assert.Equal([due.AddMinutes(-10), due.AddMinutes(-5)], warnings.Select(warning => warning.At));
        Assert.Equal([600L, 300], warnings.Select(warning => warning.TimeLeftSeconds!.Value));
        Assert.All(warnings, warning => Assert.Equal(due, warning.DeletionAt));
        Assert.Equal(due, (await Told("deleted")).At);

        var usage = await tenant.Usage(vm);
        var timeline = new StatusTimeline(usage.History);
        Assert.Equal(due, timeline.First("deleting"));
        Assert.Equal(due, usage.Charges[0].At); // newest first: the last charge, at once
        Assert.Equal(due, usage.Vm.ChargedThrough);
        Assert.Equal(timeline.SecondsUntil(due), usage.Totals.Seconds);
        Assert.Equal(timeline.CostUntil(due, MicrosPerHour), usage.Totals.Charged);
        Assert.Equal(Amount.Zero, usage.Totals.Uncharged);
        Assert.Equal(Amount.Parse("3.000000") - usage.Totals.Charged, (await tenant.Balance()).Total);
    }

    /// <summary>The first notice of a kind, waited for.</summary>
    public async Task<NoticeAnswer> Told(string kind)
    {
        var notices = await TenantCalls.Until(tenant.Notices, now => now.Any(notice => notice.Kind == kind), $"the notice {kind} is given", longest);
        return notices.Last(notice => notice.Kind == kind);
    }

    private async Task Refused(string path, object? body, string need)
    {
        var refusal = await tenant.Refused(HttpMethod.Post, path, body);
        Assert.Equal((402, "insufficient_credit"), (refusal.Status, refusal.Code));
        Assert.Equal(Amount.Parse(need), refusal.Amount("need"));
        Assert.True(refusal.Amount("have") < Amount.Parse("2.540000"));
        Assert.Equal(refusal.Amount("need") - refusal.Amount("have"), refusal.Amount("shortfall"));
    }
}
