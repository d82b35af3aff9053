using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>
/// That every setting which a container is given is one that the host reads in that role: the host itself says so, by its command
/// <c>settings</c>, with the same secrets as files.
/// </summary>
public sealed class GivenSettingsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly string[] ofTheFramework = ["ASPNETCORE_ENVIRONMENT", "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("billing-secrets");

    public Task InitializeAsync() => DeployFolder.MakeSecrets(Path.Combine(folder.FullName, "secrets"));

    public Task DisposeAsync()
    {
        folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Every_setting_of_compose_yaml_is_read()
    {
        // Silos differ in their addresses only, portals in nothing.
        foreach (var service in ComposeFile.Read().Hosts.Where(host => host.Name is "migrate" or "silo-1" or "portal-1"))
            await AllAreRead(service.Name, service.Environment, service.Mounts.Where(mount => mount.Source.StartsWith('.')).ToDictionary(mount => mount.Target, mount => Path.Combine(folder.FullName, mount.Source)));
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("portal")]
    [InlineData("migrate")]
    public async Task Every_setting_of_the_manifests_is_read(string name)
    {
        var environment = Manifests.Read().EnvironmentOf(name);
        if (name == "silo") environment["Cluster__Address"] = "10.244.0.7"; // only the pod knows
        var secrets = Path.Combine(folder.FullName, "secrets");
        await AllAreRead(name, environment, new() { ["/run/secrets/billing"] = Path.Combine(secrets, name), ["/etc/billing/tls"] = Path.Combine(secrets, "tls", "silo-1") });
    }

    [Fact]
    public async Task A_setting_that_nobody_reads_is_named_and_no_value_is_shown()
    {
        await using var host = new BillingHost(["Role=portal", "Portal:ResponseTimout=00:00:07", "Operators:Keys:grace=sesame"]);
        var (code, said) = await host.Command("settings");
        Assert.Equal(1, code);
        Assert.Contains("Setting Portal:ResponseTimout is given, and nothing reads it in role Portal.", said, StringComparison.Ordinal);
        Assert.Contains("Operators:Keys:grace\n", said, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", said, StringComparison.Ordinal);
        Assert.DoesNotContain("00:00:07", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_secrets_that_is_not_there_stops_the_start()
    {
        await using var host = new BillingHost(["Role=silo"]);
        host.Variables["Secrets__Folder"] = "/nowhere";
        var (code, said) = await host.Command("settings");
        Assert.Equal(2, code);
        Assert.Contains("Setting Secrets:Folder is '/nowhere'", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_is_no_network_stops_the_start()
    {
        await using var host = new BillingHost(["Role=portal", "Portal:Proxies=127.0.0.1, proxy.internal"]);
        var (code, said) = await host.Command("settings");
        Assert.Equal(2, code);
        Assert.Contains("Setting Portal:Proxies is 'proxy.internal': expected addresses, or networks such as 10.0.8.0/24.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_authority_changes_nodes_of_the_old_and_of_the_new_one_are_trusted()
    {
        var secrets = Path.Combine(folder.FullName, "secrets");
        var old = await File.ReadAllTextAsync(Path.Combine(secrets, "authority.pem"));
        File.Delete(Path.Combine(secrets, "authority.pem"));
        File.Delete(Path.Combine(secrets, "tls", "silo-2", "node.pem"));
        await DeployFolder.MakeSecrets(secrets); // another authority, which has signed silo-2 alone
        foreach (var (node, trusts, code) in new[] { ("silo-1", old, 0), ("silo-1", "", 2), ("silo-2", old, 0) })
        {
            var authority = Path.Combine(secrets, "tls", node, "authority.pem");
            await File.WriteAllTextAsync(authority, trusts + await File.ReadAllTextAsync(Path.Combine(secrets, "authority.pem")));
            await using var host = new BillingHost(
                ["Role=portal", $"Cluster:Tls:Certificate={secrets}/tls/{node}/node.pem", $"Cluster:Tls:Key={secrets}/tls/{node}/node.key", $"Cluster:Tls:Authority={authority}"]);
            var answer = await host.Command("settings");
            Assert.True(answer.Code == code, answer.Output);
        }
    }

    /// <param name="name">Whose they are.</param>
    /// <param name="environment">Variables, with paths as in the container.</param>
    /// <param name="mounts">Where those paths are here.</param>
    private async Task AllAreRead(string name, Dictionary<string, string> environment, Dictionary<string, string> mounts)
    {
        await using var host = new BillingHost([]);
        foreach (var (variable, value) in environment)
            host.Variables[variable] = mounts.Aggregate(value, (path, mount) => path.StartsWith(mount.Key, StringComparison.Ordinal) ? mount.Value + path[mount.Key.Length..] : path);
        var (code, said) = await host.Command("settings");
        output.WriteLine($"{name}:\n{said}");
        Assert.True(code == 0, $"{name}: {said}");
        var read = said.Split('\n');
        // Those of the runtime and of ASP.NET Core are not ours.
        var ours = environment.Keys.Where(variable => !variable.StartsWith("ASPNETCORE_", StringComparison.Ordinal) && !variable.StartsWith("DOTNET_", StringComparison.Ordinal))
            .Concat(Directory.GetFiles(mounts.Single(mount => mount.Key.StartsWith("/run/secrets", StringComparison.Ordinal)).Value).Select(file => Path.GetFileName(file)));
        Assert.All(ours, setting => Assert.Contains(setting.Replace("__", ":", StringComparison.Ordinal), read));
        Assert.All(environment.Keys.Where(variable => variable.StartsWith("ASPNETCORE_", StringComparison.Ordinal)), variable => Assert.Contains(variable, ofTheFramework));
    }
}
