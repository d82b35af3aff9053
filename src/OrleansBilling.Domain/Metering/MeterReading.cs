using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Metering;

/// <summary>
/// What a VM reports to its balance, as a meter is read (policy 3.11). Of two readings the later is the one with the higher
/// <see cref="Revision"/>, then the one metered through the later instant.
/// </summary>
/// <param name="Revision">How many times the status history has changed so far: a late report makes a new one.</param>
/// <param name="Through">Metered through this instant, exclusively.</param>
/// <param name="Usage">The running totals at that instant.</param>
/// <param name="Status">The status from that instant on, as far as it is known.</param>
/// <param name="FirstRunning">When the VM was first Running: its charges are due every 15 minutes from then (policy 5).</param>
public sealed record MeterReading(int Revision, DateTimeOffset Through, Usage Usage, VmStatus Status, DateTimeOffset? FirstRunning)
{
    /// <summary>The totals at a later instant, if nothing else becomes known: what lets a balance settle alone (policy 3.8, 4.5).</summary>
    public Usage UsageAt(DateTimeOffset at, Package package) => Status.IsBilled() ? Usage.Extend(Through, at, package) : Usage;

    /// <summary>Whether another reading is older than this one, so that it changes nothing.</summary>
    public bool Supersedes(MeterReading other) =>
        other.Revision < Revision || (other.Revision == Revision && other.Through < Through);
}
