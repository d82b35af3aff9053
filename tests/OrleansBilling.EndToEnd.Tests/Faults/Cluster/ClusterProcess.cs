using System.Diagnostics;
using System.Globalization;
using OrleansBilling.EndToEnd.Tests.Faults.Proxy;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Faults.Cluster;

/// <summary>One silo or portal, and what stands between it and the database; nothing does where there is only a file.</summary>
internal sealed record ClusterProcess(string Name, BillingHost Host, DatabaseProxy? Proxy)
{
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

    private const string RightClock = "+0";
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(4); // only ends what would never end

    /// <summary>Whether this machine can give a process another clock.</summary>
    public static bool CanFakeTime => File.Exists(FakeTime);

    /// <summary>The file that says how its clock goes; null: as the machine's.</summary>
    public string? ClockFile { get; private init; }

    /// <summary>The same with a clock that can be set while it runs; where libfaketime is missing, with the machine's.</summary>
    public ClusterProcess WithClockIn(string file)
    {
        if (!CanFakeTime) return this;
        File.WriteAllText(file, RightClock);
        Host.Variables["LD_PRELOAD"] = FakeTime;
        Host.Variables["FAKETIME_TIMESTAMP_FILE"] = file;
        Host.Variables["FAKETIME_CACHE_DURATION"] = "1"; // it is looked at again each second
        // The clock that measures durations stays: without it no runtime works.
        Host.Variables["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        Host.Variables["FAKETIME_FORCE_MONOTONIC_FIX"] = "0"; // or it makes every timed wait return at once, and the process spins
        return this with { ClockFile = file };
    }

    /// <summary>Its clock jumps, such as by <c>+3h</c>, or runs, such as <c>+0 x60</c>; null: it is right again.</summary>
    public void SetClock(string? clock) => File.WriteAllText(ClockFile!, clock ?? RightClock);

    /// <summary>Waits until the process itself, in the dates of its answers, goes by such a clock, or has ended because of it.</summary>
    public async Task GoesByAnotherClock()
    {
        using var http = new HttpClient();
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{Host.Address}:{Host.HttpPort}/health/live"));
        await TenantCalls.Until(
            async () =>
            {
                try
                {
                    using var answer = await http.GetAsync(address);
                    return answer.Headers.Date ?? DateTimeOffset.UtcNow;
                }
                catch (HttpRequestException) when (!Host.IsRunning)
                {
                    return DateTimeOffset.MaxValue;
                }
                catch (HttpRequestException)
                {
                    return DateTimeOffset.UtcNow;
                }
            },
            date => (date - DateTimeOffset.UtcNow).Duration() > TimeSpan.FromMinutes(1), "its clock is another");
    }

    /// <summary>
    /// Starts it as a supervisor does, again and again until it stays; returns when it is ready. A silo whose clock went back is refused
    /// at its old address, as an older self, until the others have declared the newer one dead.
    /// </summary>
    public async Task Start()
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(1_000))
        {
            if (!Host.IsRunning) Host.Launch();
            try
            {
                await Host.Ready();
                return;
            }
            catch (InvalidOperationException) when (waited.Elapsed < patience)
            {
                // It has ended.
            }
        }
    }

    /// <summary>SIGKILL, then the same process again; returns when it is ready.</summary>
    public async Task KillAndStart()
    {
        if (Host.IsRunning) await Host.Kill(); // it may have ended by itself
        await Start();
    }

    /// <summary>SIGTERM, then the same process again; returns when it is ready.</summary>
    public async Task EndAndStart()
    {
        if (Host.IsRunning) await Host.Stop();
        await Start();
    }

    /// <summary>Everything that was done to it ends; returns when it is ready.</summary>
    public async Task Heal()
    {
        Proxy?.Heal();
        if (Host.IsRunning && Host.IsFrozen) Host.Thaw();
        if (ClockFile is not null) SetClock(null);
        if (SetPlatform() && Host.IsRunning) await Host.Kill();
        await Start();
    }

    /// <summary>From the next start on the simulated platform behaves so; nothing said: as it should.</summary>
    /// <returns>Whether it behaved otherwise until now.</returns>
    public bool SetPlatform(params IEnumerable<(string Name, string Value)> settings)
    {
        var before = Host.Variables.Keys.Where(name => name.StartsWith("Platform__", StringComparison.Ordinal)).ToArray();
        foreach (var name in before) Host.Variables.Remove(name);
        foreach (var (name, value) in settings) Host.Variables[$"Platform__{name}"] = value;
        return before.Length > 0;
    }
}
