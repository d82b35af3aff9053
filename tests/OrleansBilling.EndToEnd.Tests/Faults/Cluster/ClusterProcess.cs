using OrleansBilling.EndToEnd.Tests.Faults.Proxy;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Faults.Cluster;

/// <summary>One silo or portal, and what stands between it and the database; nothing does where there is only a file.</summary>
internal sealed record ClusterProcess(string Name, BillingHost Host, DatabaseProxy? Proxy)
{
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

    /// <summary>Whether this machine can give a process another clock.</summary>
    public static bool CanFakeTime => File.Exists(FakeTime);

    /// <summary>
    /// From the next start on its clock is another, such as <c>+3h</c> or <c>+0 x60</c>. The clock that measures durations stays: without
    /// it no runtime works.
    /// </summary>
    public void SetClock(string? clock)
    {
        if (clock is null)
        {
            Host.Variables.Clear();
            return;
        }
        Host.Variables["LD_PRELOAD"] = FakeTime;
        Host.Variables["FAKETIME"] = clock;
        Host.Variables["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
    }

    /// <summary>SIGKILL, then the same process again; returns when it is ready.</summary>
    public async Task KillAndStart()
    {
        await Host.Kill();
        await Host.Start();
    }

    /// <summary>SIGTERM, then the same process again; returns when it is ready.</summary>
    public async Task EndAndStart()
    {
        await Host.Stop();
        await Host.Start();
    }

    /// <summary>Everything that was done to it ends; returns when it is ready.</summary>
    public async Task Heal()
    {
        Proxy?.Heal();
        if (Host.IsRunning && Host.IsFrozen) Host.Thaw();
        if (Host.Variables.Count > 0)
        {
            SetClock(null);
            if (Host.IsRunning) await Host.Kill();
        }
        if (!Host.IsRunning) Host.Launch();
        await Host.Ready();
    }
}
