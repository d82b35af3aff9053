using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Database;

/// <summary>
/// A real PostgreSQL of the test's own: on loopback, in a folder that goes with it, with fsync on. It can be ended in every way in
/// which a database ends.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Owner = "billing_owner";
    private const string ServerUser = "postgres"; // PostgreSQL refuses to run as root

    private readonly string folder;
    private readonly string data;

    private PostgresServer(string? disk)
    {
        folder = Directory.CreateTempSubdirectory("billing-postgres").FullName;
        data = Path.Combine(disk ?? folder, "data");
        Port = LoopbackPorts.Next();
    }

    /// <summary>Where the server's programs are; null when this machine has none: <c>POSTGRES_BIN</c>, or the newest that Debian installs.</summary>
    public static string? Programs { get; } =
        new[] { Environment.GetEnvironmentVariable("POSTGRES_BIN") }
            .Concat(Directory.Exists("/usr/lib/postgresql")
                ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(version => double.Parse(Path.GetFileName(version), CultureInfo.InvariantCulture)).Select(version => Path.Combine(version, "bin"))
                : [])
            .FirstOrDefault(bin => bin is not null && File.Exists(Path.Combine(bin, "initdb")));

    public int Port { get; }

    /// <summary>The folder of its data.</summary>
    public string Data => data;

    /// <summary>Starts an empty server.</summary>
    /// <param name="settings">More settings, such as <c>checkpoint_timeout=1h</c>.</param>
    public static Task<PostgresServer> Run(params string[] settings) => RunOn(null, null, settings);

    /// <summary>The same with its data, or its log of changes, on another disk, where anybody may write.</summary>
    public static async Task<PostgresServer> RunOn(string? dataDisk, string? logDisk, params string[] settings)
    {
        var server = new PostgresServer(dataDisk);
        if (IsRoot) await Shell("chown", ServerUser, server.folder);
        string[] elsewhere = logDisk is not null ? [$"--waldir={Path.Combine(logDisk, "wal")}"] : dataDisk is not null ? [$"--waldir={Path.Combine(server.folder, "wal")}"] : [];
        await Program("initdb", ["-D", server.data, "-U", Owner, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", .. elsewhere]);
        // Whatever network a test makes: nobody outside this machine is on it.
        await File.AppendAllLinesAsync(Path.Combine(server.data, "pg_hba.conf"), ["host all all samenet trust"]);
        string[] all = [
            string.Create(CultureInfo.InvariantCulture, $"port={server.Port}"), "listen_addresses='127.0.0.1'", "unix_socket_directories=''",
            "max_connections=200", .. settings];
        await File.AppendAllLinesAsync(Path.Combine(server.data, "postgresql.conf"), all);
        await server.Start();
        return server;
    }

    /// <summary>Makes a database and returns how its owner connects to it.</summary>
    public async Task<string> NewDatabase(string name)
    {
        await Execute(ConnectionStringOf("postgres"), $"CREATE DATABASE {name}");
        return ConnectionStringOf(name);
    }

    /// <summary>Copies a database that others go on writing to, as it is at one instant.</summary>
    public async Task<string> CopyDatabase(string from, string to)
    {
        var file = Path.Combine(folder, $"{to}.dump");
        await Program("pg_dump", "-Fc", "-f", file, "-d", UriOf(from));
        var copy = await NewDatabase(to);
        await Program("pg_restore", "--exit-on-error", "-d", UriOf(to), file);
        return copy;
    }

    /// <summary>How a user connects to a database; the owner unless another is named.</summary>
    public string ConnectionStringOf(string database, string user = Owner) => ConnectionStringOf(database, Port, user);

    /// <summary>The same through another port of this machine, such as a proxy's.</summary>
    public static string ConnectionStringOf(string database, int port, string user = Owner) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1", Port = port, Database = database, Username = user, SslMode = SslMode.Disable, Timeout = 5,
    }.ToString();

    public static async Task Execute(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 60 }.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<T> Query<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 60 }.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Starts it again; tries until the remains of a killed one are gone.</summary>
    public async Task Start()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await Program("pg_ctl", "start", "-w", "-t", "60", "-D", data, "-l", LogFile);
                return;
            }
            catch (InvalidOperationException) when (tries < 60)
            {
                await Task.Delay(TimeSpan.FromSeconds(0.5)); // children of the one before still hold its memory
            }
        }
    }

    /// <summary>Every process of it ends between two instructions, as at a loss of power; then it starts again and recovers.</summary>
    public async Task RestartImmediately()
    {
        await StopImmediately();
        await Start();
    }

    /// <summary>Whether its postmaster runs, which a server that recovers does too.</summary>
    public async Task<bool> IsRunning()
    {
        try
        {
            await Program("pg_ctl", "status", "-D", data);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Copies all of it while it runs, to be put back by <see cref="Restore"/>.</summary>
    public Task Backup() => Program("pg_basebackup", "-D", Path.Combine(folder, "backup"), "-c", "fast", "-X", "stream", "-d", UriOf("postgres"));

    /// <summary>What was written since the backup is gone.</summary>
    public async Task Restore()
    {
        await StopImmediately();
        Directory.Delete(data, recursive: true);
        Directory.Move(Path.Combine(folder, "backup"), data);
        await Start();
    }

    public Task StopImmediately() => Program("pg_ctl", "stop", "-w", "-m", "immediate", "-D", data);

    /// <summary>SIGKILL to the postmaster alone: its children find out by themselves.</summary>
    public void KillPostmaster()
    {
        using var postmaster = Process.GetProcessById(int.Parse(File.ReadLines(Path.Combine(data, "postmaster.pid")).First(), CultureInfo.InvariantCulture));
        postmaster.Kill();
        postmaster.WaitForExit();
    }

    /// <summary>What the server logged.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        try
        {
            await StopImmediately();
        }
        catch (InvalidOperationException)
        {
            // It does not run any more.
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The same as PostgreSQL's own programs take it.</summary>
    public string UriOf(string database) => string.Create(CultureInfo.InvariantCulture, $"postgresql://{Owner}@127.0.0.1:{Port}/{database}");

    private string LogFile => Path.Combine(folder, "data.log"); // where the runbook has it too

    private static bool IsRoot => !OperatingSystem.IsWindows() && geteuid() == 0;

    private static Task Program(string name, params string[] arguments)
    {
        var program = Path.Combine(Programs ?? throw new InvalidOperationException("There is no PostgreSQL on this machine."), name);
        return IsRoot ? Shell("setpriv", ["--reuid", ServerUser, "--regid", ServerUser, "--init-groups", program, .. arguments]) : Shell(program, arguments);
    }

    private static async Task Shell(string program, params string[] arguments)
    {
        // No redirected output: a server that is started would keep it open. What goes wrong is in its log.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" > /dev/null 2>&1", "sh", program, .. arguments]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

#pragma warning disable IDE1006, SYSLIB1054 // the name is that of the C library; generated marshalling would need unsafe code
    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();
#pragma warning restore IDE1006, SYSLIB1054
}
