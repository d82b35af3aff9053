namespace OrleansBilling.EndToEnd.Tests.Database;

/// <summary>A test that needs PostgreSQL on this machine. Without it the test is skipped, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : Xunit.FactAttribute
{
    public PostgresFactAttribute() => Skip = Missing;

    internal static string? Missing { get; } = PostgresServer.Programs is null
        ? "PostgreSQL 15 or newer is not installed: apt-get install postgresql, or name its programs in POSTGRES_BIN."
        : null;
}

/// <summary>The same for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresTheoryAttribute : Xunit.TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresFactAttribute.Missing;
}
