using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Grains.Machines;

/// <summary>
/// A platform without machines: the embedded default, and what tests make fail. It keeps nothing beyond its process, as a platform
/// that was restarted might: an operation that it does not know any more is done, and confirmed, again.
/// </summary>
public sealed partial class SimulatedMachinePlatform(
    IMachineReports reports,
    IOptionsMonitor<SimulatedPlatformOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
    ILogger<SimulatedMachinePlatform> logger) : IMachinePlatform
{
    private static readonly TimeSpan ReportAgainAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(Machine Machine, string Operation), Lazy<Task<StatusReport>>> operations = new();
    private readonly ConcurrentDictionary<Machine, string> latest = new();
    private readonly Random chance = new(options.CurrentValue.Seed);

    public Task Create(Machine machine, string operation) =>
        Accept(machine, operation, options.CurrentValue.Create, Happens(options.CurrentValue.CreateFails) ? VmStatus.Deleted : VmStatus.Running);

    public Task Start(Machine machine, string operation) => Accept(machine, operation, options.CurrentValue.Start, VmStatus.Running);

    public Task Stop(Machine machine, string operation) => Accept(machine, operation, options.CurrentValue.Stop, VmStatus.Stopped);

    public Task Reboot(Machine machine, string operation) => Accept(machine, operation, options.CurrentValue.Reboot, VmStatus.Running);

    public Task Delete(Machine machine, string operation) => Accept(machine, operation, options.CurrentValue.Delete, VmStatus.Deleted);

    /// <summary>The platform reports a status on its own account; what it was doing with the machine is dropped.</summary>
    public Task ReportOnOwnAccount(Machine machine, VmStatus status)
    {
        latest.TryRemove(machine, out _);
        return reports.Report(machine, new StatusReport(clock.Now(), status));
    }

    private Task Accept(Machine machine, string operation, TimeSpan duration, VmStatus outcome)
    {
        if (Happens(options.CurrentValue.Unreachable)) throw new TimeoutException("The simulated platform cannot be reached.");
        latest[machine] = operation;
        var first = false;
        var work = operations.GetOrAdd((machine, operation), _ =>
        {
            first = true;
            return new Lazy<Task<StatusReport>>(() => Carry(machine, operation, duration, outcome));
        });
        // The same operation again: confirmed again when it is done, and not before.
        if (!first && work.Value.IsCompletedSuccessfully && latest.GetValueOrDefault(machine) == operation) _ = Confirm(machine, work.Value.Result, twice: false);
        _ = work.Value;
        return Task.CompletedTask;
    }

    private async Task<StatusReport> Carry(Machine machine, string operation, TimeSpan duration, VmStatus outcome)
    {
        // Off the caller's scheduler: a grain's turn must not carry the platform's work.
        await Task.Yield();
        if (duration > TimeSpan.Zero) await Task.Delay(duration, clock).ConfigureAwait(false);
        var report = new StatusReport(clock.Now(), outcome, operation);
        if (latest.GetValueOrDefault(machine) == operation) _ = Task.Run(() => Confirm(machine, report, Happens(options.CurrentValue.ConfirmsTwice)));
        return report;
    }

    private async Task Confirm(Machine machine, StatusReport report, bool twice)
    {
        if (Happens(options.CurrentValue.ConfirmsLate)) await Task.Delay(options.CurrentValue.Lateness, clock).ConfigureAwait(false);
        for (var times = twice ? 2 : 1; times > 0;)
            try
            {
                await reports.Report(machine, report).ConfigureAwait(false);
                times--;
            }
#pragma warning disable CA1031 // a real platform, too, repeats its report whatever went wrong
            catch (Exception failed)
#pragma warning restore CA1031
            {
                ReportFailed(failed, machine.Vm);
                await Task.Delay(ReportAgainAfter).ConfigureAwait(false);
            }
    }

    private bool Happens(double probability)
    {
        if (probability <= 0) return false;
        lock (chance)
#pragma warning disable CA5394 // play, not security
            return chance.NextDouble() < probability;
#pragma warning restore CA5394
    }

    [LoggerMessage(1, LogLevel.Warning, "The report about {Vm} was not taken and is repeated.")]
    private partial void ReportFailed(Exception exception, string vm);
}
