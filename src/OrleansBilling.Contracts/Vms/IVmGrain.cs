using Orleans.Concurrency;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Contracts.Vms;

/// <summary>
/// One GPU VM; its key is <c>region/tenant/vm</c>. It keeps the history of statuses, reads the meter, and obeys orders once.
/// </summary>
[Alias("vm")]
public interface IVmGrain : IGrainWithStringKey
{
    /// <summary>Powers on, powers off, reboots or deletes, once per operation id.</summary>
    [Alias("ask")] Task<VmReply> Ask(string operation, VmRequest request);

    /// <summary>Renames, locks or unlocks, chooses automatic resume.</summary>
    [Alias("change")] Task<VmReply> Change(ChangeVm change);

    /// <summary>Receives a balance's order. Repeated until it is confirmed; obeyed once.</summary>
    [Alias("obey"), OneWay] Task Obey(OrderMessage order);

    /// <summary>Receives a status report of the machine platform; returns when it is stored.</summary>
    [Alias("report")] Task Report(StatusReport report);

    /// <summary>The recorded statuses, earliest first: what usage is computed from (policy 3.9).</summary>
    [Alias("history")] Task<StatusView[]> History();

    /// <summary>Does what is due, as a reminder would; harmless at any time.</summary>
    [Alias("wake")] Task Wake();
}
