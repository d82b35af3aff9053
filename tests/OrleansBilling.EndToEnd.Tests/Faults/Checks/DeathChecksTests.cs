namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>The test of the checker where a ledger of files has nothing to break: what silos of a cluster did, and when.</summary>
public sealed class DeathChecksTests
{
    private static readonly DateTime noon = new(2026, 3, 2, 12, 0, 0, DateTimeKind.Utc);

    private static readonly Membership[] memberships =
    [
        new(noon, "silo 1", Generation: 1, IsDead: false),
        new(noon, "silo 2", Generation: 1, IsDead: false),
        new(At(60), "silo 2", Generation: 1, IsDead: true),
        new(At(90), "silo 2", Generation: 2, IsDead: false),
    ];

    [Theory]
    [InlineData("silo 2", 59)]
    [InlineData("silo 2", 91)]
    [InlineData("silo 1", 70)]
    public void C7_What_is_changed_before_a_death_or_by_another_process_is_no_violation(string silo, int second)
    {
        var report = new CheckReport();
        DeathChecks.Check([new Change(At(second), silo, "vn/t")], memberships, report);
        Assert.True(report.IsClean, report.ToString());
        Assert.Equal(1, report.Looked("C7"));
    }

    [Fact]
    public void C7_What_a_silo_changes_after_it_was_declared_dead_is_named()
    {
        var report = new CheckReport();
        DeathChecks.Check([new Change(At(60).AddMilliseconds(1), "silo 2", "vn/t")], memberships, report);
        Assert.Equal(["C7"], report.Violated);
        Assert.Contains("silo 2 changed vn/t at 12:01:00.001", report.ToString(), StringComparison.Ordinal);
    }

    private static DateTime At(int second) => noon.AddSeconds(second);
}
