using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Ledger;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;
using OrleansBilling.FakeGateways;

namespace OrleansBilling.EndToEnd.Tests.RunningOut;

/// <summary>
/// Gateways take back what they paid while a VM runs on it. The credit falls below zero, and what follows is the same as when it was used
/// up (policy 2.8, 4.4 to 4.13); only that a dispute holds the deletion until it is decided.
/// </summary>
public sealed class TakenBackLadderTests(ITestOutputHelper output) : HostTest(output)
{
    private const string Paid = "30";

    // Real time; these only end what would never end.
    private static readonly TimeSpan longest = TimeSpan.FromMinutes(4);

    private LedgerAudit audit = null!;

    [Fact]
    public async Task M9_Policy_4_A_refund_stops_and_deletes_and_a_dispute_stops_and_deletes_only_when_it_is_lost()
    {
        var host = await Run(Ladder.Settings);
        audit = new LedgerAudit(host.LedgerFile);
        await Task.WhenAll(Refunded(host), Disputed(host));
        Assert.NotEqual(0, audit.Verify());
    }

    private async Task Refunded(BillingHost host)
    {
        var payer = await Payer.Begin(Keep(new PortalCaller(host)), "paypal", Paid);
        await payer.Does(FakeAct.Refund);
        var since = await IsBelowZero(payer, "refunded");

        await payer.Tenant.VmReaches(payer.Vm, "deleted", longest);
        var due = since.AddMinutes(30);
        Assert.Equal(due, Assert.Single(OrdersOf(payer, "Delete")).At);
        var warnings = (await payer.Tenant.Notices()).Where(notice => notice.Kind == "deletionNear").OrderBy(notice => notice.Number).ToArray();
        Assert.Equal([(due.AddMinutes(-10), due), (due.AddMinutes(-5), due)], warnings.Select(warning => (warning.At, warning.DeletionAt!.Value)));
        // What it owes is what it used: everything else went back.
        var usage = await payer.Tenant.Usage(payer.Vm);
        Assert.Equal(new StatusTimeline(usage.History).CostUntil(due, Ladder.MicrosPerHour), usage.Totals.Charged);
        Assert.Equal(-usage.Totals.Charged, (await payer.Tenant.Balance()).Total);
    }

    private async Task Disputed(BillingHost host)
    {
        var payer = await Payer.Begin(Keep(new PortalCaller(host)), "stripe", Paid);
        await payer.Does(FakeAct.Dispute);
        await payer.Does(FakeAct.Withdraw);
        var since = await IsBelowZero(payer, "disputed");

        var grace = Keep(new PortalCaller(host));
        await grace.SignInAsOperator(host);
        var hold = Assert.Single((await grace.Get<TenantSeen>($"/api/operator/tenants/{payer.Tenant.Tenant}")).Balance.Holds);
        Assert.Equal(("deletion", "payments"), (Assert.Single(hold.Actions), hold.By));
        await TenantCalls.Until(payer.Tenant.Balance, now => now.AsOf > since.AddMinutes(33), "the deletion is overdue", longest);
        Assert.Equal("stopped", (await payer.Tenant.Vm(payer.Vm)).Status);
        Assert.Empty(OrdersOf(payer, "Delete"));

        var decided = (await payer.Tenant.Balance()).AsOf;
        await payer.Does(FakeAct.Lose);
        await payer.Tenant.VmReaches(payer.Vm, "deleted", longest);
        var deletion = Assert.Single(OrdersOf(payer, "Delete")).At;
        Assert.True(deletion >= decided.AddMinutes(10), $"Deleted at {deletion:O}, decided after {decided:O}"); // 4.11, 4.13: told anew first
        Assert.Contains(await payer.Tenant.Notices(), notice => notice.Kind == "deletionNear" && notice.DeletionAt == deletion && notice.At >= decided);
        Assert.Equal("disputeLost", (await payer.Payment()).Status);
        Assert.Empty((await grace.Get<TenantSeen>($"/api/operator/tenants/{payer.Tenant.Tenant}")).Balance.Holds);
    }

    /// <summary>In the step that took the money back: settled, told, stop ordered, clock started. Then the VM is stopped. Returns the instant.</summary>
    private async Task<DateTimeOffset> IsBelowZero(Payer payer, string status)
    {
        var (tenant, vm) = (payer.Tenant, payer.Vm);
        await tenant.VmReaches(vm, "stopped", longest);
        var paid = Amount.Parse(Paid);
        var payment = await payer.Payment();
        Assert.Equal((status, paid, paid), (payment.Status, payment.Credited, payment.TakenBack));
        var ledger = await tenant.Ledger();
        var back = Assert.Single(ledger, entry => entry.Operation == $"payment/{payer.Paid}/back/1");
        Assert.Equal(("topUp", -paid), (Assert.Single(back.Lines).Kind, back.Change));
        var last = ledger.Last(entry => entry.At == back.At);
        Assert.True(last.BalanceAfter < Amount.Zero, $"{last}");

        var stop = Assert.Single(OrdersOf(payer, "Stop"));
        Assert.Equal((back.At, last.BalanceAfter, "Confirmed"), (stop.At, stop.Live, stop.State));
        Assert.True((await tenant.Vm(vm)).StoppedAutomatically);
        DateTimeOffset? due = status == "disputed" ? null : back.At.AddMinutes(30); // while it is held, no instant is named (4.11)
        var told = Assert.Single(await tenant.Notices(), notice => notice.Kind == "belowZero");
        Assert.Equal((back.At, last.BalanceAfter, due), (told.At, told.Amount, told.DeletionAt));
        var balance = await tenant.Balance();
        Assert.Equal(("negative", back.At, due, -balance.Live), (balance.Standing, balance.NegativeSince, balance.DeletionAt, balance.CuringAmount));
        var refusal = await tenant.Refused(HttpMethod.Post, $"/api/vms/{vm}/power-on");
        Assert.Equal((402, "insufficient_credit"), (refusal.Status, refusal.Code));
        return back.At;
    }

    private AuditedOrder[] OrdersOf(Payer payer, string kind) => [.. audit.Orders().Where(order => order.Kind == kind && order.Vm == payer.Vm)];

    /// <summary>Somebody who has paid at a gateway's page and runs a VM on it, and the gateway, of which one can ask anything.</summary>
    private sealed record Payer(PortalCaller Tenant, string Vm, string Paid, Uri Page)
    {
        public static async Task<Payer> Begin(PortalCaller tenant, string gateway, string amount)
        {
            await tenant.SignIn($"{gateway}@example.com");
            await tenant.SayWhoPays();
            var payment = await tenant.Post<PaymentAnswer>("/api/payments", new { gateway, currency = "USD", amount });
            await Browser.Choose(payment.Page!, "Pay");
            await TenantCalls.Until(tenant.Balance, now => now.TopUp == Amount.Parse(amount), "what was paid is credited");
            var vm = (await tenant.CreateVm()).Id;
            await TenantCalls.Until(tenant.Balance, now => now.Live < now.Posted, "some of it is used");
            return new Payer(tenant, vm, payment.Id, payment.Page!);
        }

        public Task<PaymentAnswer> Payment() => Tenant.Get<PaymentAnswer>($"/api/payments/{Paid}");

        public async Task Does(FakeAct act)
        {
            using var http = new HttpClient();
            using var answer = await http.PostAsync(new Uri(Page, $"/control/acts/{Paid}/{act}"), null);
            answer.EnsureSuccessStatusCode();
        }
    }

    private sealed record TenantSeen(HeldBalance Balance);

    private sealed record HeldBalance(HoldSeen[] Holds);

    private sealed record HoldSeen(string Id, string[] Actions, string By);
}
