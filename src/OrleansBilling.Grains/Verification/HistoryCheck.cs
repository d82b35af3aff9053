using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Vms;

namespace OrleansBilling.Grains.Verification;

/// <summary>
/// M4 and M6 against the status history: what a VM's balance knows and has posted of its usage is Running and Stopped time, at the
/// prices of those seconds.
/// </summary>
/// <remarks>
/// The history is read after the balance, so it may be ahead, and two things may be underway which are no faults. A change that the
/// balance has not heard: then the revisions differ, and nothing can be compared. A change that it heard after it had charged by the
/// status before (policy 3.9): the next charge corrects that. Else the two agree, and they must once a charge is so much later than the
/// reading that it was made by it.
/// </remarks>
internal sealed class HistoryCheck(BillingPolicy policy, Findings findings)
{
    // A reading is metered when it is told, but perhaps by a silo whose clock is hours behind.
    private static readonly TimeSpan SurelyHeard = TimeSpan.FromHours(3);

    /// <returns>False when the VM cannot be compared now, because something is underway.</returns>
    public bool Look(MeteredVm vm, VmState? state, Package? package, string last)
    {
        var row = $"VM {vm.Id}";
        if (state is null)
        {
            if (vm.Reading.Revision > 0) findings.Add(Invariants.Usage, row, $"has no status history ({last})");
            return vm.Reading.Revision > 0; // admitted, and the order of its creation is on its way
        }
        if (state.Revision > vm.Reading.Revision) return false;
        if (state.Revision < vm.Reading.Revision)
        {
            findings.Add(Invariants.Usage, row, $"has a status history of revision {state.Revision}, but its balance knows revision {vm.Reading.Revision} ({last})");
            return true;
        }
        if (package is null) return true; // M6 says so when anything was charged

        var history = state.ToHistory();
        // Deletion is ordered and the VM has not heard it. The reading that was posted with it may have been a little ahead of the balance's clock.
        var unheard = vm.Status == VmStatus.Deleting && !history.Status.IsBeingDeleted();
        var ahead = unheard ? policy.ClockTolerance : TimeSpan.Zero;
        if (vm.Reading.FirstRunning != history.FirstRunning || (vm.Status != history.Status && !unheard))
            findings.Add(Invariants.Usage, row, $"is known as {vm.Status}, first Running {vm.Reading.FirstRunning:O}; its history says {history.Status}, {history.FirstRunning:O} ({last})");
        Compare(vm.Reading.Usage, vm.Reading.Through, ahead, "is known to have used");
        if (vm.Status.IsBeingDeleted()) Compare(vm.Posted.Usage, vm.Reading.Through, ahead, "was charged for");
        else if (vm.Posted.Through > vm.Reading.Through + SurelyHeard) Compare(vm.Posted.Usage, vm.Posted.Through, TimeSpan.Zero, "was charged for");
        else return vm.Posted.Usage.Seconds == SecondsOf(history, vm.Posted.Through);
        return true;

        void Compare(Usage usage, DateTimeOffset through, TimeSpan ahead, string what)
        {
            var seconds = SecondsOf(history, through);
            if (usage.Seconds < seconds || usage.Seconds > SecondsOf(history, through + ahead))
                findings.Add(Invariants.Usage, row, $"{what} {usage.Seconds} s, but was Running or Stopped for {seconds} s until {through:O} ({last})");
            else if (ahead == TimeSpan.Zero && !UsageCheck.Agrees(usage, history.UsageThrough(through, package).Priced))
                findings.Add(Invariants.Price, row, $"{what} {usage.Seconds} s by other price versions or exchange rates than were in force until {through:O} ({last})");
        }
    }

    // Billed time, summed and then cut (policy 3.5): counted here on its own.
    private static long SecondsOf(StatusHistory history, DateTimeOffset through)
    {
        var (ticks, changes) = (0L, history.Changes);
        for (var i = 0; i < changes.Length; i++)
        {
            var end = i + 1 < changes.Length && changes[i + 1].At < through ? changes[i + 1].At : through;
            if (changes[i].Status is VmStatus.Running or VmStatus.Stopped && end > changes[i].At) ticks += (end - changes[i].At).Ticks;
        }
        return ticks / TimeSpan.TicksPerSecond;
    }
}
