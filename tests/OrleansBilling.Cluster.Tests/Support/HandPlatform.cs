using System.Collections.Concurrent;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Machines;

namespace OrleansBilling.Cluster.Tests.Support;

/// <summary>What the platform was asked.</summary>
internal sealed record Asked(VmRequest Request, string Vm, string Operation);

/// <summary>A platform that writes down what it is asked and confirms nothing by itself. It can be unreachable.</summary>
internal sealed class HandPlatform : IMachinePlatform
{
    private readonly ConcurrentQueue<Asked> asked = new();

    public bool IsDown { get; set; }

    /// <summary>Every request that was handed over, in order; one that could not be is none.</summary>
    public IReadOnlyList<Asked> Asked => [.. asked];

    /// <summary>How often a request was tried, also in vain.</summary>
    public int Tries => Volatile.Read(ref tries);

    private int tries;

    public Task Create(Machine machine, string operation) => Take(VmRequest.Create, machine, operation);

    public Task Start(Machine machine, string operation) => Take(VmRequest.PowerOn, machine, operation);

    public Task Stop(Machine machine, string operation) => Take(VmRequest.PowerOff, machine, operation);

    public Task Reboot(Machine machine, string operation) => Take(VmRequest.Reboot, machine, operation);

    public Task Delete(Machine machine, string operation) => Take(VmRequest.Delete, machine, operation);

    /// <summary>The requests of a kind for a VM.</summary>
    public IReadOnlyList<Asked> Of(VmRequest request, string vm) => [.. asked.Where(one => one.Request == request && one.Vm == vm)];

    /// <summary>The operations of a kind for a VM: each is one thing to do, however often it was asked.</summary>
    public IReadOnlyList<string> Operations(VmRequest request, string vm) => [.. Of(request, vm).Select(one => one.Operation).Distinct()];

    /// <summary>Confirms the latest request of a kind for a VM, done by now unless said otherwise.</summary>
    public async Task Confirm(BillingCluster cluster, VmRequest request, string vm, VmStatus? outcome = null, DateTimeOffset? at = null)
    {
        await Eventually.Holds(() => Of(request, vm).Count > 0, $"the platform is asked to {request} {vm}");
        await cluster.Vm(vm).Report(new StatusReport(at ?? cluster.Clock.Now, outcome ?? request.Done(), Of(request, vm)[^1].Operation));
        await cluster.Settle();
    }

    private Task Take(VmRequest request, Machine machine, string operation)
    {
        Interlocked.Increment(ref tries);
        if (IsDown) throw new TimeoutException("The platform does not answer.");
        asked.Enqueue(new Asked(request, machine.Vm, operation));
        return Task.CompletedTask;
    }
}
