using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Faults.Work;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>A tenant, seen once more with new connections, in a cluster that is well.</summary>
internal sealed class Visitor(ClusterUnderTest cluster, Person person) : IDisposable
{
    private readonly PortalCaller caller = new(cluster.Portals[0].Host, cookies: person.Cookies);

    public Task<EntryAnswer[]> Ledger() => caller.Ledger();

    public Task<UsageAnswer> Usage(string vm) => caller.Usage(vm);

    public void Dispose() => caller.Dispose();
}
