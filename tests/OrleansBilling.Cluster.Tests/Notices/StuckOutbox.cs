using System.Reflection;
using OrleansBilling.Grains.Notices;

namespace OrleansBilling.Cluster.Tests.Notices;

/// <summary>An outbox in which nothing is found to be sent, until it is let go: nobody tries.</summary>
internal sealed class StuckOutbox
{
    public bool IsStuck { get; set; } = true;

    public IOutbox Around(IOutbox outbox)
    {
        var between = DispatchProxy.Create<IOutbox, Between>();
        (((Between)(object)between).Stuck, ((Between)(object)between).Outbox) = (this, outbox);
        return between;
    }

#pragma warning disable CA1852 // the proxy is made of a type that inherits from it
    public class Between : DispatchProxy
#pragma warning restore CA1852
    {
        internal StuckOutbox Stuck { get; set; } = null!;

        internal IOutbox Outbox { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            Stuck.IsStuck && targetMethod!.Name == nameof(IOutbox.Due)
                ? Task.FromResult<IReadOnlyList<DueDelivery>>([])
                : targetMethod!.Invoke(Outbox, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
