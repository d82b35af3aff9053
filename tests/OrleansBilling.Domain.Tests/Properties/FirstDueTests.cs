using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Properties;

public sealed class FirstDueTests
{
    private static readonly DateTimeOffset start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void P5_The_charge_that_is_due_first_is_the_earliest_and_of_one_instant_that_of_the_oldest_VM()
    {
        var random = new Random(20261125);
        var vms = MeteredVms.None;
        for (var step = 0; step < 2_000; step++)
        {
            var ordinal = vms.Count < 300 ? vms.Count : random.Next(vms.Count);
            DateTimeOffset? due = random.Next(4) == 0 ? null : start.AddMinutes(random.Next(50));
            vms = vms.With(ordinal == vms.Count
                ? new MeteredVm(
                    $"vm-{ordinal}", ordinal, "1xH100", $"create-{ordinal}", new VmTraits("vm"), start, new MeterReading(0, start, Usage.None, VmStatus.Creating, null),
                    new Watermark(0, start, Usage.None), [], due, StoppedAutomatically: false)
                : vms.OfOrdinal(ordinal) with { NextCharge = due });

            var first = vms.Values.Where(vm => vm.NextCharge is not null).OrderBy(vm => vm.NextCharge).ThenBy(vm => vm.Ordinal).FirstOrDefault();
            Assert.Equal(first is null ? null : new DueCharge(first.NextCharge!.Value, first.Ordinal), vms.FirstDue);
        }
        Assert.Null(vms.WithoutCharges().FirstDue);
    }
}
