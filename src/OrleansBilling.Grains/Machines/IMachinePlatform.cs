using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Vms;

namespace OrleansBilling.Grains.Machines;

/// <summary>
/// What really starts and stops VMs; a cloud implements it. Every method only hands the request over: what comes of it is told later
/// by a status report, which names the operation that it confirms. The same operation again must not be done again, but reported
/// again. A method that throws was not handed over, and is called again later.
/// </summary>
public interface IMachinePlatform
{
    /// <summary>Makes the machine; reports Running, or Deleted when it cannot be made.</summary>
    Task Create(Machine machine, string operation);

    /// <summary>Starts a stopped machine; reports Running.</summary>
    Task Start(Machine machine, string operation);

    /// <summary>Stops the machine and keeps its data; reports Stopped.</summary>
    Task Stop(Machine machine, string operation);

    /// <summary>Restarts the machine; reports Running.</summary>
    Task Reboot(Machine machine, string operation);

    /// <summary>Destroys the machine with all its data; reports Deleted, also when there is none.</summary>
    Task Delete(Machine machine, string operation);
}

/// <summary>A machine as the platform knows it.</summary>
/// <param name="Balance">Whose.</param>
/// <param name="Vm">The VM's id.</param>
/// <param name="Package">What it is made of.</param>
public sealed record Machine(BalanceId Balance, string Vm, string Package);

/// <summary>Where a platform hands in its reports; returns when a report is stored. Repeat what fails.</summary>
public interface IMachineReports
{
    /// <summary>Hands in a report.</summary>
    Task Report(Machine machine, StatusReport report);
}
