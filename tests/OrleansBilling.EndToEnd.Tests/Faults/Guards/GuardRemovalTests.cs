using System.Diagnostics;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Faults.Checks;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Faults.Guards;

/// <summary>
/// The test of the tests: real silos on a real PostgreSQL, with one guard taken away, do what the guard is for, and the checker must say
/// so by that guard's own invariant. With the guard in its place the same is clean.
/// </summary>
public sealed class GuardRemovalTests(ITestOutputHelper output)
{
    [PostgresFact]
    public Task M5_A_ledger_that_knows_no_operation_id_takes_a_payment_twice_and_the_checker_says_so() =>
        TurnsRed("M5", Guard.UniqueOperation, ClusterUnderTest.Without, PayTwice, "M13");

    [PostgresFact]
    public Task C1_A_ledger_that_compares_no_version_lets_two_activations_write_and_the_checker_says_so() =>
        TurnsRed("C1", Guard.ComparedVersion, ClusterUnderTest.InTwoHalves, ChargeAtBothPortalsInTurn, "M1", "M10", "M12");

    [PostgresFact]
    public Task E3_A_VM_that_does_not_ask_whether_its_order_still_holds_stops_after_the_cure_and_the_checker_says_so() =>
        TurnsRed("E3", Guard.AskedOrder, ClusterUnderTest.Without, CureBeforeTheOrderArrives);

    [PostgresFact]
    public Task M4_Usage_that_is_counted_at_ticks_is_not_what_the_statuses_say_and_the_checker_says_so() =>
        TurnsRed("M4", Guard.UsageFromHistory, ClusterUnderTest.Without, RunForAWhile);

    /// <param name="invariant">The guard's own.</param>
    /// <param name="guard">What is taken away.</param>
    /// <param name="start">Where.</param>
    /// <param name="work">What the guard is for.</param>
    /// <param name="with">What else cannot hold then.</param>
    private async Task TurnsRed(string invariant, Guard guard, Func<Guard, Task<ClusterUnderTest>> start, Func<Person, Person, Task> work, params string[] with)
    {
        var guarded = await Judge(Guard.None, start, work);
        Assert.True(guarded.IsClean, guarded.ToString());
        var unguarded = await Judge(guard, start, work);
        Assert.Contains(invariant, unguarded.Violated);
        Assert.Subset(new HashSet<string>([invariant, .. with]), unguarded.Violated.ToHashSet());
    }

    private async Task<CheckReport> Judge(Guard removed, Func<Guard, Task<ClusterUnderTest>> start, Func<Person, Person, Task> work)
    {
        await using var cluster = await start(removed);
        await UnguardedSilo.Take(removed, cluster);
        var log = new WorkLog();
        using var tenant = await new Person(cluster, log, CancellationToken.None).SignIn("ada@example.com");
        using var operators = await new Person(cluster, log, CancellationToken.None).SignInAsOperator();
        var report = new CheckReport();
        try
        {
            await work(tenant, operators);
            await new Checker(cluster, log, [tenant]).Check(report);
        }
        catch
        {
            output.WriteLine($"{log.Text()}\n{cluster.Log}");
            throw;
        }
        output.WriteLine($"---- without {removed} ----\n{report}");
        return report;
    }

    private static async Task PayTwice(Person tenant, Person operators)
    {
        var payment = await tenant.TopUp(5);
        for (var portal = 0; portal < 2; portal++) await tenant.Repeat(payment, portal);
    }

    /// <summary>
    /// Whoever has written is not told that the other has: its next commit starts from what is no longer so. Charges, because a payment first asks for the balance's currency, and by
    /// an answer that writes nothing an activation learns that it is behind.
    /// </summary>
    private static async Task ChargeAtBothPortalsInTurn(Person tenant, Person operators)
    {
        await tenant.TopUp(9, portal: 0);
        for (var times = 1; times <= 6; times++) await operators.Charge(tenant.Tenant, 1, portal: times % 2);
    }

    private static async Task CureBeforeTheOrderArrives(Person tenant, Person operators)
    {
        // The cure must be there for longer than the checker allows clocks to differ when the order arrives: where it took too long, once more.
        var inTime = false;
        for (var (charge, tries) = (10, 1); !inTime; (charge, tries) = (20, tries + 1))
        {
            Assert.True(tries < 10, "This machine was too slow.");
            var vm = await RunningVm(tenant);
            var sinceOrdered = Stopwatch.StartNew();
            await operators.Charge(tenant.Tenant, charge);
            await tenant.TopUp(10);
            inTime = sinceOrdered.Elapsed < SlowOrders.Time - MachineChecks.Leeway - TimeSpan.FromSeconds(0.5);
            await Task.Delay(SlowOrders.Time + TimeSpan.FromSeconds(2));
            await tenant.Ask("delete", vm);
            await TenantCalls.Until(tenant.Vms, vms => vms is [], "it is deleted");
        }
    }

    private static async Task RunForAWhile(Person tenant, Person operators)
    {
        var vm = await RunningVm(tenant);
        await Task.Delay(TimeSpan.FromSeconds(3));
        await tenant.Ask("delete", vm);
        await TenantCalls.Until(tenant.Vms, vms => vms is [], "it is deleted");
    }

    private static async Task<string> RunningVm(Person tenant)
    {
        await tenant.TopUp(9);
        var vm = (await tenant.CreateVm())!.Id;
        await TenantCalls.Until(tenant.Vms, vms => vms is [{ Status: "running" }], "it runs");
        return vm;
    }
}
