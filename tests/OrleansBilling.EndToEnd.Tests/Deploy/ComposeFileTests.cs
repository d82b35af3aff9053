using System.Net;

namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>That the parts of <c>compose.yaml</c> fit together, and with the files beside it.</summary>
public sealed class ComposeFileTests
{
    // What the Host takes when nothing else is said.
    private static readonly TimeSpan shutdown = TimeSpan.FromSeconds(60);

    private readonly ComposeFile file = ComposeFile.Read();

    [Fact]
    public void It_starts_a_database_a_migration_three_silos_two_portals_and_a_collector()
    {
        Assert.Equal(3, file.InRole("silo").Count());
        Assert.Equal(2, file.InRole("portal").Count());
        Assert.Equal(["migrate"], Assert.Single(file.Hosts, host => host.Command.Length > 0).Command);
        Assert.Equal(["collector", "postgres"], file.Services.Keys.Except(file.Hosts.Select(host => host.Name)).Order());
        foreach (var host in file.Hosts)
        {
            Assert.Equal("true", host.All["read_only"]!.ToString());
            Assert.Equal(["ALL"], host.All["cap_drop"].Texts());
            Assert.Equal("never", host.All["pull_policy"]!.ToString()); // it is in no registry
            Assert.True(int.Parse(host.All["stop_grace_period"]!.ToString().TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture) > shutdown.TotalSeconds);
        }
    }

    [Fact]
    public void One_service_builds_the_image_that_all_of_them_run()
    {
        Assert.Single(file.Hosts.Select(host => host.Image).Distinct());
        var build = Assert.Single(file.Hosts.Select(host => host.All["build"]).OfType<System.Text.Json.Nodes.JsonNode>());
        Assert.Equal(DeployFolder.Path("Dockerfile"), Path.GetFullPath(Path.Combine(DeployFolder.Path(""), build["context"]!.ToString(), build["dockerfile"]!.ToString())));
    }

    [Fact]
    public async Task Every_name_leads_to_something()
    {
        var folder = Directory.CreateTempSubdirectory("billing-secrets");
        try
        {
            await DeployFolder.MakeSecrets(Path.Combine(folder.FullName, "secrets"));
            foreach (var service in file.Services.Values)
            {
                foreach (var (other, condition) in service.DependsOn)
                {
                    Assert.True(file.Services.ContainsKey(other), $"{service} waits for {other}");
                    // Of a database and of silos it is known whether they are healthy; a migration ends.
                    Assert.Equal(other == "migrate" ? "service_completed_successfully" : "service_healthy", condition);
                }
                Assert.All(service.Networks, network => Assert.True(file.Networks.ContainsKey(network), network));
                foreach (var (source, target) in service.Mounts)
                {
                    if (!source.StartsWith('.')) Assert.Contains(source, file.Volumes);
                    else if (source.StartsWith("./secrets/", StringComparison.Ordinal)) Assert.True(Directory.Exists(Path.Combine(folder.FullName, source)), $"secrets.sh does not make {source}");
                    else Assert.True(Path.Exists(DeployFolder.Path(source)), source);
                    Assert.StartsWith("/", target, StringComparison.Ordinal);
                }
                // What a setting names as a file is mounted, and is there.
                foreach (var (name, path) in service.Environment.Where(setting => setting.Value.StartsWith("/run/secrets", StringComparison.Ordinal) || setting.Value.StartsWith("/etc/", StringComparison.Ordinal)))
                {
                    var (source, target) = Assert.Single(service.Mounts, mount => path.StartsWith(mount.Target, StringComparison.Ordinal));
                    Assert.True(Path.Exists(Path.Combine(folder.FullName, source, path[target.Length..].TrimStart('/'))), $"{service}: {name} is {path}");
                }
            }
            foreach (var file in Directory.GetFiles(folder.FullName, "Database__*", SearchOption.AllDirectories))
                Assert.Contains("Host=postgres;", await File.ReadAllTextAsync(file), StringComparison.Ordinal); // the service's name
            Assert.Contains("postgres", file.Services.Keys);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Silos_have_addresses_of_their_own_in_the_network_that_may_connect()
    {
        var subnet = IPNetwork.Parse(file.Networks["cluster"]!["ipam"]!["config"]![0]!["subnet"]!.ToString());
        var silos = file.InRole("silo").ToArray();
        Assert.Equal(silos.Length, silos.Select(silo => silo.Address).Distinct().Count());
        foreach (var silo in silos)
        {
            Assert.Equal(silo.Address, silo.Environment["Cluster__Address"]);
            Assert.True(subnet.Contains(IPAddress.Parse(silo.Address!)));
            Assert.Equal(subnet, IPNetwork.Parse(silo.Environment["Cluster__AllowedAddresses"]));
        }
        var certificates = file.Hosts.SelectMany(host => host.Mounts).Select(mount => mount.Source).Where(source => source.Contains("/tls/", StringComparison.Ordinal)).ToArray();
        Assert.Equal(5, certificates.Distinct().Count()); // one for each node
    }

    [Fact]
    public void Nothing_but_the_portal_and_the_collectors_metrics_has_a_port_on_this_machine_alone_and_the_cluster_is_closed()
    {
        Assert.Equal("true", file.Networks["cluster"]!["internal"]!.ToString());
        var metrics = Yaml.Read(DeployFolder.Path("collector.yaml"))["exporters"]!["prometheus"]!["endpoint"]!.ToString();
        foreach (var service in file.Services.Values)
        {
            var isPortal = service.Environment.GetValueOrDefault("Role") == "portal";
            var inside = isPortal ? service.Environment["ASPNETCORE_HTTP_PORTS"] : service.Name == "collector" ? metrics.Split(':')[^1] : null;
            Assert.Equal(inside is null ? 0 : 1, service.Ports.Length);
            Assert.Contains("cluster", service.Networks);
            if (inside is null) continue;
            Assert.StartsWith("127.0.0.1:", service.Ports[0], StringComparison.Ordinal);
            Assert.EndsWith($":{inside}", service.Ports[0], StringComparison.Ordinal);
            Assert.Contains("outside", service.Networks); // an internal network publishes nothing
        }
        Assert.All(file.InRole("silo"), silo => Assert.Equal("127.0.0.1", new Uri(silo.Environment["ASPNETCORE_URLS"]).Host));
    }

    [Fact]
    public void The_collector_takes_what_silos_and_portals_send()
    {
        var config = Yaml.Read(DeployFolder.Path("collector.yaml"));
        var endpoint = config["receivers"]!["otlp"]!["protocols"]!["http"]!["endpoint"]!.ToString();
        foreach (var host in file.Hosts.Where(host => host.Command.Length == 0))
        {
            var address = new Uri(host.Environment["Telemetry__Otlp"]);
            Assert.True(file.Services.ContainsKey(address.Host), address.Host);
            Assert.EndsWith($":{address.Port}", endpoint, StringComparison.Ordinal);
        }
        var pipelines = config["service"]!["pipelines"]!.AsObject();
        Assert.Equal(["logs", "metrics", "traces"], pipelines.Select(pipeline => pipeline.Key).Order());
        foreach (var (_, pipeline) in pipelines)
            foreach (var kind in new[] { "receivers", "processors", "exporters" })
                Assert.All(pipeline![kind].Texts(), name => Assert.Contains(name, config[kind].Names()));
        Assert.Contains(file.Services["collector"].Command, word => word.EndsWith(file.Services["collector"].Mounts.Single().Target, StringComparison.Ordinal));
    }
}
