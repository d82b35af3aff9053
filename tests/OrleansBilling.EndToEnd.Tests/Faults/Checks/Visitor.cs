using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>A worker's tenant, seen once more with new connections, in a cluster that is well.</summary>
internal sealed class Visitor(ClusterUnderTest cluster, Worker worker) : IDisposable
{
    private readonly PortalCaller caller = new(cluster.Portals[0].Host, cookies: worker.Person.Cookies);

    public Task<EntryAnswer[]> Ledger() => caller.Ledger();

    public Task<UsageAnswer> Usage(string vm) => caller.Usage(vm);

    public void Dispose() => caller.Dispose();
}
