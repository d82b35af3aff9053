using OrleansBilling.EndToEnd.Tests.Faults.Cluster;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>
/// C5 where nobody asks: a balance that is asked posts what is due, so only a tenant for whom nobody asks shows whether charges come by themselves. Looked
/// at in the database alone.
/// </summary>
internal static class IdleChecks
{
    private static readonly long owed = (long)(ClusterSettings.ChargeEvery + TimeSpan.FromSeconds(10)).TotalMilliseconds; // what is due may be on its way

    /// <summary>Whether it is old enough for a charge.</summary>
    public static bool IsOwed(VmRow vm, long now) => now - vm.AdmittedAt >= owed;

    /// <summary>Whether a charge that is due is not there.</summary>
    public static bool IsLate(VmRow vm, long now) => now - vm.PostedThrough >= owed;
}
