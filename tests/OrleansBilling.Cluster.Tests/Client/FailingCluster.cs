using System.Reflection;
using OrleansBilling.Contracts.Tenants;

namespace OrleansBilling.Cluster.Tests.Client;

/// <summary>A cluster of one grain, which fails a few times before it answers that it knows nothing.</summary>
internal sealed class FailingCluster
{
    public FailingCluster(Exception failure, int times)
    {
        var grain = Proxy.Of<IBillingProfileGrain>(_ => ++Calls <= times ? Task.FromException<BillingProfile?>(failure) : Task.FromResult<BillingProfile?>(null));
        Client = Proxy.Of<IClusterClient>(_ => grain);
    }

    public IClusterClient Client { get; }

    /// <summary>How often the grain was called.</summary>
    public int Calls { get; private set; }

#pragma warning disable CA1852 // the proxy is made of a type that inherits from it
    public class Proxy : DispatchProxy
#pragma warning restore CA1852
    {
        private Func<MethodInfo, object?> answer = null!;

        public static T Of<T>(Func<MethodInfo, object?> answer) where T : class
        {
            var proxy = Create<T, Proxy>();
            ((Proxy)(object)proxy).answer = answer;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => answer(targetMethod!);
    }
}
