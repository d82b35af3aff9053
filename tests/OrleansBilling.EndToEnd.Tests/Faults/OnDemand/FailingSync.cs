using System.Globalization;
using Npgsql;

namespace OrleansBilling.EndToEnd.Tests.Faults.OnDemand;

/// <summary>F7: for every backend that is connected now, the next fdatasync says that the disk has failed.</summary>
internal static class FailingSync
{
    /// <param name="owner">The database whose backends are meant.</param>
    /// <param name="meanwhile">What happens while it is so.</param>
    public static async Task During(string owner, Func<Task> meanwhile)
    {
        var backends = await Backends(owner);
        string[] attach = [.. backends.SelectMany(backend => new[] { "-p", backend })];
        using var strace = Command.Start("strace", ["-f", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=1", .. attach]);
        try
        {
            await strace.StandardError.ReadLineAsync(); // "Process 17 attached"
            await meanwhile();
        }
        finally
        {
            if (!strace.HasExited) strace.Kill();
            await strace.WaitForExitAsync();
        }
    }

    private static async Task<List<string>> Backends(string owner)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(owner) { Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var backends = new List<string>();
        while (await reader.ReadAsync()) backends.Add(reader.GetInt32(0).ToString(CultureInfo.InvariantCulture));
        return backends;
    }
}
