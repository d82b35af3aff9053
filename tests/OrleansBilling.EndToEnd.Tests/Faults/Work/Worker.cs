using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.FakeGateways;

namespace OrleansBilling.EndToEnd.Tests.Faults.Work;

/// <summary>
/// A tenant at work: pays in, also at a gateway's page, which may give some of it back, makes VMs, powers them off and on, reboots and deletes them, uses other products up to its last cent, is
/// given credit that ends, and looks at its balance between any two of these. A careless one pays nothing while it is below zero.
/// </summary>
internal sealed class Worker(Person tenant, Person operators, FakeGatewayServer gateways, bool careless, int seed)
{
    private const int MostVms = 4;
    private static readonly (int From, int To) pauses = (100, 700); // milliseconds

    private readonly Random random = new(seed);

    public string Tenant => tenant.Tenant;

    public Person Person => tenant;

    public async Task Begin()
    {
        await tenant.SayWhoPays();
        await tenant.TopUp(15);
        await tenant.CreateVm();
        await tenant.CreateVm();
    }

    /// <summary>Works until it is told to stop, and ends with nothing unanswered, unless nobody answers any more.</summary>
    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (await tenant.Balance() is { } balance && await tenant.Vms() is { } vms) await DoSomething(balance, vms);
            await tenant.LedgerHead();
            await Task.Delay(random.Next(pauses.From, pauses.To), CancellationToken.None);
        }
        await tenant.Balance();
    }

    /// <summary>Deletes what is left, so that nothing of this tenant happens any more.</summary>
    public async Task Leave()
    {
        foreach (var vm in await tenant.Vms() ?? []) await tenant.Ask("delete", vm.Id);
    }

    private Task DoSomething(BalanceAnswer balance, VmAnswer[] vms) => random.Next(100) switch
    {
        < 25 when careless && balance.Live < Amount.Zero && vms.Length > 0 => Task.CompletedTask,
        < 18 => tenant.TopUp(random.Next(1, 6)),
        < 25 => Pay(),
        < 45 => vms.Length < MostVms ? tenant.CreateVm() : Task.CompletedTask,
        < 55 => Ask("power-off", vms, "running"),
        < 70 => Ask("power-on", vms, "stopped"),
        < 78 => Ask("reboot", vms, "running"),
        < 82 => Ask("delete", vms, "running", "stopped", "creating"),
        // Up to just below zero, so that stops, warnings and deletions happen.
        < 90 => balance.Live > Amount.Zero ? operators.Charge(tenant.Tenant, (int)(balance.Live.Micros / Amount.MicrosPerUnit) + 1) : Task.CompletedTask,
        < 94 => operators.Grant(tenant.Tenant, random.Next(2) == 0 ? "voucher" : "billingPlan", 1, TimeSpan.FromSeconds(random.Next(5, 40))),
        _ => Task.CompletedTask,
    };

    private async Task Pay()
    {
        var (gateway, dollars, chance) = (random.Next(2) == 0 ? "stripe" : "paypal", random.Next(1, 6), random.Next(10));
        if (await tenant.Pay(gateway, dollars) is not { Page: not null } payment || chance == 0) return; // who leaves has not paid
        gateways.Do(payment.Id, FakeAct.Pay);
        // PayPal's money is there only when we have taken it.
        if (chance < 4 && gateway == "stripe") gateways.Do(payment.Id, FakeAct.Refund, chance == 1 ? null : 1);
    }

    private Task Ask(string kind, VmAnswer[] vms, params string[] statuses)
    {
        var fitting = vms.Where(vm => statuses.Contains(vm.Status)).ToArray();
        return fitting.Length == 0 ? Task.CompletedTask : tenant.Ask(kind, fitting[random.Next(fitting.Length)].Id);
    }
}
