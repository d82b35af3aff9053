namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>The test of the checker where who asks would mend what is wrong: a VM for which nobody asks.</summary>
public sealed class IdleChecksTests
{
    private const long admitted = 1_000_000_000_000;

    [Theory]
    [InlineData(69, 0, false)] // its first charge may be on its way
    [InlineData(70, 0, true)]
    [InlineData(131, 62, false)]
    [InlineData(132, 62, true)]
    public void C5_A_VM_is_late_whose_next_charge_should_have_come_by_itself(int now, int through, bool late)
    {
        var vm = new VmRow("vn/t", "1", "vm 1", "Running", admitted, 1, At(through), 0);
        Assert.Equal(late, IdleChecks.IsLate(vm, At(now)));
    }

    private static long At(int second) => admitted + second * 1_000;
}
