using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Processes;

/// <summary>What a host has written.</summary>
internal static class HostLog
{
    /// <summary>Waits until its log has a text: what it wrote before it answered may be read after the answer.</summary>
    public static Task Says(this BillingHost host, string text) =>
        TenantCalls.Until(() => Task.FromResult(host.Log.Contains(text, StringComparison.Ordinal)), said => said, $"the log says '{text}'");
}
