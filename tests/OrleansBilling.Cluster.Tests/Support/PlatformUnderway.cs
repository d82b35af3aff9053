using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Grains.Machines;

namespace OrleansBilling.Cluster.Tests.Support;

/// <summary>
/// What a platform has accepted that answers in the same instant, and has not reported yet: its report is on its way through the thread pool, and nobody else can see that it will come.
/// </summary>
internal sealed class PlatformUnderway
{
    private static readonly TimeSpan longest = TimeSpan.FromSeconds(10); // one whose report was lost with its silo comes never

    private readonly ConcurrentDictionary<Machine, long> accepted = new();

    /// <summary>Whether a report is still to come.</summary>
    public bool IsAny => accepted.Values.Any(since => Stopwatch.GetElapsedTime(since) < longest);

    /// <summary>Looks at a platform and what it reports. A platform in the hands of a test reports when the test wants.</summary>
    public void Watch(IServiceCollection services)
    {
        var reports = services.Last(service => service.ServiceType == typeof(IMachineReports)).ImplementationType!;
        services.AddSingleton<IMachineReports>(provider => new Reports(this, (IMachineReports)ActivatorUtilities.CreateInstance(provider, reports)));
        if (services.Last(service => service.ServiceType == typeof(IMachinePlatform)).ImplementationFactory is null) return;
        services.AddSingleton<IMachinePlatform>(provider => new Platform(this, provider.GetRequiredService<SimulatedMachinePlatform>(), provider.GetRequiredService<IOptionsMonitor<SimulatedPlatformOptions>>()));
    }

    private sealed class Reports(PlatformUnderway underway, IMachineReports reports) : IMachineReports
    {
        public async Task Report(Machine machine, StatusReport report)
        {
            await reports.Report(machine, report);
            underway.accepted.TryRemove(machine, out _);
        }
    }

    private sealed class Platform(PlatformUnderway underway, SimulatedMachinePlatform platform, IOptionsMonitor<SimulatedPlatformOptions> options) : IMachinePlatform
    {
        public Task Create(Machine machine, string operation) => Accept(machine, options.CurrentValue.Create, () => platform.Create(machine, operation));

        public Task Start(Machine machine, string operation) => Accept(machine, options.CurrentValue.Start, () => platform.Start(machine, operation));

        public Task Stop(Machine machine, string operation) => Accept(machine, options.CurrentValue.Stop, () => platform.Stop(machine, operation));

        public Task Reboot(Machine machine, string operation) => Accept(machine, options.CurrentValue.Reboot, () => platform.Reboot(machine, operation));

        public Task Delete(Machine machine, string operation) => Accept(machine, options.CurrentValue.Delete, () => platform.Delete(machine, operation));

        private async Task Accept(Machine machine, TimeSpan duration, Func<Task> accept)
        {
            var isPrompt = duration == TimeSpan.Zero && options.CurrentValue.ConfirmsLate == 0;
            if (isPrompt) underway.accepted[machine] = Stopwatch.GetTimestamp();
            try
            {
                await accept();
            }
            catch
            {
                underway.accepted.TryRemove(machine, out _);
                throw;
            }
        }
    }
}
