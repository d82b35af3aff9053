using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>
/// What really starts and stops machines. It is asked and says later what came of it: in time, late, twice, or not before it is asked
/// again; and sometimes a machine does something of its own.
/// </summary>
internal sealed class Platform(World world)
{
    private readonly Dictionary<string, Machine> machines = [];
    private readonly List<Action> late = []; // reports on their way

    private sealed class Machine(string vm)
    {
        public string Vm => vm;

        public VmStatus? Status { get; set; }

        public string? Latest { get; set; }

        /// <summary>By operation what came of it; null while it is under way.</summary>
        public Dictionary<string, StatusReport?> Operations { get; } = [];
    }

    /// <summary>Hands a request over, unless the platform cannot be reached.</summary>
    public void Ask(string vm, string operation, VmRequest request)
    {
        if (world.Faults.Strike(world.Faults.Unreachable)) return;
        world.Schedule.After(world.Milliseconds(1, 50), () => Accept(vm, operation, request));
    }

    /// <summary>Some machine fails, comes back or stops by itself.</summary>
    public void ReportOnOwnAccount()
    {
        var alive = machines.Values.Where(machine => machine.Status is not null and not VmStatus.Deleted).ToList();
        if (alive.Count == 0) return;
        var machine = alive[world.Random.Next(alive.Count)];
        if (machine.Latest is { } latest && machine.Operations[latest] is null && latest.Contains("delete", StringComparison.Ordinal)) return;
        var status = world.Random.Next(3) switch { 0 => VmStatus.Error, 1 => VmStatus.Stopped, _ => VmStatus.Running };
        Becomes(machine.Vm, status, saidAfter: world.Random.Next(3) == 0 ? world.Seconds(1, 1800) : TimeSpan.Zero);
    }

    /// <summary>A machine is what nobody asked for, and drops what was asked for.</summary>
    public void Becomes(string vm, VmStatus status, TimeSpan saidAfter)
    {
        (machines[vm].Latest, machines[vm].Status) = (null, status);
        Deliver(vm, new StatusReport(world.Now, status, null), saidAfter);
    }

    /// <summary>What has failed is repaired and what is late is handed in, so that everything can come to its end.</summary>
    public void Heal()
    {
        foreach (var report in late) world.Schedule.After(TimeSpan.Zero, report);
        foreach (var machine in machines.Values.Where(machine => machine.Status == VmStatus.Error && machine.Latest is null))
        {
            machine.Status = VmStatus.Running;
            Deliver(machine.Vm, new StatusReport(world.Now, VmStatus.Running, null), TimeSpan.Zero);
        }
    }

    private void Accept(string vm, string operation, VmRequest request)
    {
        if (!machines.TryGetValue(vm, out var machine)) machines[vm] = machine = new Machine(vm);
        if (machine.Operations.TryGetValue(operation, out var report))
        {
            if (report is not null && (machine.Latest == operation || machine.Status == VmStatus.Deleted)) Confirm(machine, report); // asked again: confirmed again
            return;
        }
        machine.Operations[operation] = null;
        machine.Latest = operation;
        world.Audit.Machines.Executes(vm, operation, request);
        var failed = request == VmRequest.Create && world.Faults.Strike(world.Faults.FailedCreations);
        world.Schedule.After(request == VmRequest.Create ? world.Seconds(20, 60) : world.Seconds(5, 40), () => Finish(machine, operation, failed ? VmStatus.Deleted : request.Done()));
    }

    private void Finish(Machine machine, string operation, VmStatus outcome)
    {
        var report = new StatusReport(world.Now, outcome, operation);
        machine.Operations[operation] = report;
        if (machine.Latest != operation || machine.Status == VmStatus.Deleted) return;
        machine.Status = outcome;
        if (!world.Faults.Strike(world.Faults.LostConfirmations)) Confirm(machine, report);
    }

    private void Confirm(Machine machine, StatusReport report)
    {
        var faults = world.Faults;
        Deliver(machine.Vm, report, faults.Strike(faults.LateConfirmations) ? world.Seconds(1, 1200) : TimeSpan.Zero);
        if (faults.Strike(faults.DoubledConfirmations)) Deliver(machine.Vm, report, world.Seconds(0, 60));
    }

    // A report that was not taken is repeated until it is.
    private void Deliver(string vm, StatusReport report, TimeSpan lateness)
    {
        var delivered = false;
        if (lateness > TimeSpan.Zero) late.Add(Once);
        world.Schedule.After(lateness, Once);

        void Once()
        {
            if (!delivered) world.Watch(Repeat(vm, report));
            delivered = true;
        }
    }

    private async Task Repeat(string vm, StatusReport report)
    {
        try
        {
            await world.Vm(null, vm, activation => activation.Report(report));
        }
        catch (UnknownOutcomeException)
        {
            Deliver(vm, report, world.Seconds(1, 10));
        }
    }
}
