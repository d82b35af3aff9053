using System.Net;

namespace OrleansBilling.EndToEnd.Tests.Processes;

/// <summary>A test that starts hosts. Their logs are its output, which the runner shows when it fails.</summary>
public abstract class HostTest(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly List<BillingHost> hosts = [];
    private readonly List<IDisposable> others = [];

    protected ITestOutputHelper Output => output;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
            output.WriteLine(host.Log);
        }
        foreach (var other in others) other.Dispose();
    }

    private protected async Task<BillingHost> Run(params string[] settings)
    {
        var host = Prepare(settings);
        await host.Start();
        return host;
    }

    private protected BillingHost Prepare(string[] settings, TemporaryFolder? folder = null, string environment = "Development", string? command = null, IPAddress? address = null)
    {
        var host = new BillingHost(settings, folder, environment, command) { Address = (address ?? IPAddress.Loopback).ToString() };
        hosts.Add(host);
        return host;
    }

    private protected T Keep<T>(T disposable) where T : IDisposable
    {
        others.Add(disposable);
        return disposable;
    }
}
