using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace OrleansBilling.EndToEnd.Tests.Processes;

/// <summary>
/// The built host as a real process on a folder of its own, with ports that nobody else uses. It can be killed, asked to end, and
/// started again on the same folder and ports.
/// </summary>
internal sealed class BillingHost : IAsyncDisposable
{
    private const int Terminate = 15; // SIGTERM
    private const int Continue = 18; // SIGCONT
    private const int Halt = 19; // SIGSTOP
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(4); // only ends what would never end

    private readonly TemporaryFolder folder;
    private readonly bool ownsFolder;
    private readonly string[] settings;
    private readonly string environment;
    private readonly string? command;
    private readonly List<string> log = [];
    private Process? process;

    /// <param name="settings">Settings in the form <c>Clock:Speed=60</c>.</param>
    /// <param name="folder">A folder that others use too; none: one of its own.</param>
    /// <param name="environment">The environment's name.</param>
    /// <param name="command">A command such as <c>migrate</c>, after which the process ends; none: it serves.</param>
    public BillingHost(string[] settings, TemporaryFolder? folder = null, string environment = "Development", string? command = null)
    {
        (this.settings, this.environment, this.command) = (settings, environment, command);
        (this.folder, ownsFolder) = folder is null ? (new TemporaryFolder(), true) : (folder, false);
    }

    /// <summary>Starts a host and waits until it is ready.</summary>
    public static async Task<BillingHost> Run(params string[] settings)
    {
        var host = new BillingHost(settings);
        await host.Start();
        return host;
    }

    /// <summary>The program that the next start runs; the built one unless another is given.</summary>
    public string Program { get; set; } = Assembly;

    /// <summary>More of its environment, from the next start on.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Where its HTTP listens; set before a start.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>A command that starts the command that follows it, such as one that enters a network namespace.</summary>
    public string[] Through { get; init; } = [];

    public bool IsRunning => process is { HasExited: false };

    /// <summary>Stopped by SIGSTOP and not woken since.</summary>
    public bool IsFrozen { get; private set; }

    public int HttpPort { get; } = LoopbackPorts.Next();

    public int SiloPort { get; } = LoopbackPorts.Next();

    public int GatewayPort { get; } = LoopbackPorts.Next();

    /// <summary>The file of its ledger.</summary>
    public string LedgerFile => folder.FileOf("ledger.db");

    /// <summary>The key that its operators sign in with.</summary>
    public string OperatorKey => File.ReadAllText(OperatorKeyFile).Trim();

    public string OperatorKeyFile => folder.FileOf("operator-key");

    /// <summary>What it wrote to its console, all starts together.</summary>
    public string Log
    {
        get
        {
            lock (log) return string.Join('\n', log);
        }
    }

    public async Task Start()
    {
        Launch();
        await Ready();
    }

    /// <summary>Starts it and waits for nothing.</summary>
    public void Launch()
    {
        if (process is { HasExited: false }) throw new InvalidOperationException("The host runs already.");
        process?.Dispose();
        IsFrozen = false;
        Note("started");
        process = new Process { StartInfo = command is null ? StartInfo() : StartInfo(command) };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Runs a command of the program with the same settings, in the same folder, beside it or without it.</summary>
    public async Task<(int Code, string Output)> Command(params string[] arguments)
    {
        using var once = Process.Start(StartInfo(arguments))!;
        using var limit = new CancellationTokenSource(patience);
        var output = await Task.WhenAll(once.StandardOutput.ReadToEndAsync(limit.Token), once.StandardError.ReadToEndAsync(limit.Token));
        await once.WaitForExitAsync(limit.Token);
        Keep($"---- {string.Join(' ', arguments)}: {once.ExitCode} ----\n{string.Concat(output)}");
        return (once.ExitCode, string.Concat(output));
    }

    /// <summary>Waits until <c>/health/ready</c> answers 200.</summary>
    public async Task Ready()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{Address}:{HttpPort}/health/ready"));
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < patience; await Task.Delay(100))
        {
            if (Running.HasExited) throw new InvalidOperationException($"The host ended with {Running.ExitCode} instead of being ready.");
            try
            {
                using var answer = await http.GetAsync(address);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
                // It does not listen yet.
            }
        }
        throw new TimeoutException($"The host was not ready within {patience}.");
    }

    /// <summary>SIGKILL: the process is gone between two instructions.</summary>
    public async Task Kill()
    {
        Note("killed");
        Running.Kill();
        await Running.WaitForExitAsync();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public Task<int> Stop()
    {
        Signal(Terminate, "asked to end");
        return Ended();
    }

    /// <summary>SIGSTOP: it stands still between two instructions, its connections stay open and nobody is told.</summary>
    public void Freeze()
    {
        Signal(Halt, "frozen");
        IsFrozen = true;
    }

    /// <summary>SIGCONT: it goes on as if nothing had been.</summary>
    public void Thaw()
    {
        Signal(Continue, "woken");
        IsFrozen = false;
    }

    /// <summary>Waits for its end; returns the exit code.</summary>
    public async Task<int> Ended()
    {
        using var limit = new CancellationTokenSource(patience);
        await Running.WaitForExitAsync(limit.Token);
        return Running.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        if (ownsFolder) folder.Dispose();
    }

    /// <summary>The built host.</summary>
    public static string Assembly { get; } = Path.GetFullPath(
        typeof(BillingHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "BuiltHost").Value!,
        AppContext.BaseDirectory);

    private ProcessStartInfo StartInfo(params string[] arguments)
    {
        string[] program = [.. Through, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Program];
        var start = new ProcessStartInfo(program[0], program[1..])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--urls=http://{Address}:{HttpPort}"));
        start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--Cluster:SiloPort={SiloPort}"));
        start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--Cluster:GatewayPort={GatewayPort}"));
        foreach (var setting in settings) start.ArgumentList.Add($"--{setting}");
        start.Environment["ASPNETCORE_ENVIRONMENT"] = environment;
        start.Environment["DOTNET_TieredPGO"] = "0"; // as the tests themselves
        start.Environment.Remove("DOTNET_ENVIRONMENT");
        start.Environment.Remove("ASPNETCORE_URLS");
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        return start;
    }

    private Process Running => process ?? throw new InvalidOperationException("The host was not started.");

    private void Signal(int signal, string what)
    {
        Note(what);
        if (kill(Running.Id, signal) != 0) throw new InvalidOperationException($"The host could not be {what}.");
    }

    private void Note(string what) => Keep($"---- {what} at {DateTimeOffset.UtcNow:HH:mm:ss.fff} ----");

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (log) log.Add(line);
    }

#pragma warning disable IDE1006, SYSLIB1054 // the name is that of the C library; generated marshalling would need unsafe code
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
#pragma warning restore IDE1006, SYSLIB1054
}
