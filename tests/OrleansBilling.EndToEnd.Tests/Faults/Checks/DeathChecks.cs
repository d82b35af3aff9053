namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>C7: a silo that was declared dead, and wakes, changes nothing any more.</summary>
internal static class DeathChecks
{
    public static void Check(IReadOnlyList<Change> changes, IReadOnlyList<Membership> memberships, CheckReport report)
    {
        foreach (var silo in memberships.GroupBy(membership => membership.Silo))
        {
            // A silo's name has one process at a time: what is changed under it is of the one that joined last.
            var joined = silo.Where(membership => !membership.IsDead).ToArray();
            for (var i = 0; i < joined.Length; i++)
            {
                if (silo.FirstOrDefault(membership => membership.IsDead && membership.Generation == joined[i].Generation) is not { } death) continue;
                var replaced = i + 1 < joined.Length ? joined[i + 1].At : DateTime.MaxValue;
                var late = changes.FirstOrDefault(change => change.Silo == silo.Key && change.At > death.At && change.At < replaced);
                report.Look("C7", late is null, $"{late}, and was declared dead at {death.At:HH:mm:ss.fff}");
            }
        }
    }
}
