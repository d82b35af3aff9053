using System.Globalization;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using Npgsql;

namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>That the manifests of <c>kubernetes/</c> are what their kinds say, fit together, and fit the image.</summary>
public sealed partial class ManifestTests
{
    private static readonly string[] pods = ["silo", "portal", "migrate"];

    private readonly Manifests manifests = Manifests.Read();
    private readonly Dockerfile image = Dockerfile.Read();

    [Fact]
    public void Every_object_is_of_a_kind_that_Kubernetes_knows_with_a_name_in_the_one_namespace_and_is_applied()
    {
        foreach (var (file, objects) in manifests.Files)
            foreach (var one in objects.Cast<IKubernetesObject<V1ObjectMeta>>())
            {
                var kind = one.GetType().GetKubernetesTypeMetadata();
                Assert.Equal(kind.Kind, one.Kind);
                Assert.Equal(kind.Group.Length == 0 ? kind.ApiVersion : $"{kind.Group}/{kind.ApiVersion}", one.ApiVersion);
                Assert.Matches("^[a-z]([a-z0-9-]*)$", one.Metadata.Name ?? one.Metadata.GenerateName);
                Assert.Equal(one is V1Namespace ? null : "billing", one.Metadata.NamespaceProperty);
                Assert.DoesNotContain("Secret", one.Kind, StringComparison.Ordinal); // none of them in a file
                Assert.NotNull(file);
            }
        var kustomization = Yaml.Read(DeployFolder.Path("kubernetes/kustomization.yaml"));
        // The migration is a step of its own, before.
        Assert.Equal(manifests.Files.Keys.Append("kustomization.yaml").Except(["migrate.yaml", "kustomization.yaml"]).Order(), kustomization["resources"].Texts().Order());
        Assert.Equal(manifests.The<V1Namespace>("billing").Metadata.Name, kustomization["namespace"]!.ToString());
        var renamed = Assert.Single(kustomization["images"]!.AsArray())!;
        foreach (var pod in new[] { "silo", "portal" }) Assert.Equal(renamed["name"]!.ToString(), Container(pod).Image);
        Assert.Equal($"{renamed["newName"]}:{renamed["newTag"]}", Container("migrate").Image);
    }

    [Fact]
    public void There_are_three_silos_of_which_one_at_a_time_may_go_and_a_new_version_comes_one_by_one()
    {
        Assert.True(manifests.The<V1Deployment>("silo").Spec.Replicas >= 3);
        foreach (var name in new[] { "silo", "portal" })
        {
            var deployment = manifests.The<V1Deployment>(name).Spec;
            Assert.Equal(deployment.Selector.MatchLabels, deployment.Template.Metadata.Labels);
            var spread = Assert.Single(deployment.Template.Spec.TopologySpreadConstraints);
            Assert.Equal(deployment.Selector.MatchLabels, spread.LabelSelector.MatchLabels);
            // A machine that takes no pod is none on which one is missing; pods of the version before are not counted, as they go.
            Assert.Equal("Honor", spread.NodeTaintsPolicy);
            Assert.Equal(["pod-template-hash"], spread.MatchLabelKeys);
            Assert.Equal(("1", "0"), (deployment.Strategy.RollingUpdate.MaxSurge.Value, deployment.Strategy.RollingUpdate.MaxUnavailable.Value));
            var budget = manifests.The<V1PodDisruptionBudget>(name).Spec;
            Assert.Equal("1", budget.MaxUnavailable.Value);
            Assert.Equal(deployment.Selector.MatchLabels, budget.Selector.MatchLabels);
        }
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("portal")]
    public void Probes_ask_what_the_host_answers_and_an_end_has_the_time_that_it_takes(string name)
    {
        var (container, environment) = (Container(name), manifests.EnvironmentOf(name));
        var endpoints = File.ReadAllText(Path.Combine(DeployFolder.Top, "src/OrleansBilling.Host/Health/HealthEndpoints.cs"));
        foreach (var (probe, path) in new[] { (container.StartupProbe, "/health/live"), (container.LivenessProbe, "/health/live"), (container.ReadinessProbe, "/health/ready") })
        {
            Assert.Equal(path, probe.HttpGet.Path);
            Assert.Contains($"\"{path}\"", endpoints, StringComparison.Ordinal);
            Assert.Equal(environment["ASPNETCORE_HTTP_PORTS"], PortOf(container, probe.HttpGet.Port.Value));
        }
        // A new start brings back no database: only a process that does not answer at all is ended.
        Assert.True((container.LivenessProbe.FailureThreshold ?? 3) * container.LivenessProbe.PeriodSeconds >= 60);
        var end = TimeSpan.Parse(environment["ShutdownTimeout"], CultureInfo.InvariantCulture) + TimeSpan.FromSeconds(container.Lifecycle?.PreStop?.Sleep?.Seconds ?? 0);
        Assert.True(manifests.Pod(name).Spec.TerminationGracePeriodSeconds > end.TotalSeconds);
    }

    [Fact]
    public void The_ports_are_those_of_the_host_and_open_to_those_who_need_them_alone()
    {
        var (silo, environment) = (Container("silo"), manifests.EnvironmentOf("silo"));
        Assert.Equal("status.podIP", silo.Env.Single(variable => variable.Name == "Cluster__Address").ValueFrom.FieldRef.FieldPath);
        var settings = Yaml.Read(Path.Combine(DeployFolder.Top, "src/OrleansBilling.Host/appsettings.json"))["Cluster"]!;
        Assert.Equal(environment.GetValueOrDefault("Cluster__SiloPort") ?? settings["SiloPort"]!.ToString(), PortOf(silo, "silo"));
        Assert.Equal(environment.GetValueOrDefault("Cluster__GatewayPort") ?? settings["GatewayPort"]!.ToString(), PortOf(silo, "gateway"));
        Assert.Equal(silo.Ports.Select(port => port.ContainerPort.ToString(CultureInfo.InvariantCulture)).Order(), image.Last("EXPOSE").Split(' ').Order());

        // Who is believed to be the proxy is among the pods; that it is the proxy is the policy's affair.
        Assert.Equal(environment["Cluster__AllowedAddresses"], manifests.EnvironmentOf("portal")["Portal__Proxies"]);

        var closed = manifests.The<V1NetworkPolicy>("closed").Spec;
        Assert.True(closed.PodSelector.MatchLabels is null or { Count: 0 });
        Assert.Equal(["Ingress"], closed.PolicyTypes);
        Assert.Null(closed.Ingress);
        var policy = manifests.The<V1NetworkPolicy>("silo").Spec;
        Assert.Equal("silo", policy.PodSelector.MatchLabels["app"]);
        Assert.Equal(
            [("silo", "silo"), ("portal", "gateway")],
            policy.Ingress.Select(rule => (Assert.Single(rule.FromProperty).PodSelector.MatchLabels["app"], Assert.Single(rule.Ports).Port.Value)));
        var portal = manifests.The<V1NetworkPolicy>("portal").Spec;
        Assert.Equal("http", Assert.Single(Assert.Single(portal.Ingress).Ports).Port.Value);
        Assert.Contains(portal.Egress, rule => rule.To?.Single().PodSelector.MatchLabels["app"] == "silo" && rule.Ports.Single().Port.Value == "gateway");
        var collector = new Uri(environment["Telemetry__Otlp"]).Port.ToString(CultureInfo.InvariantCulture);
        Assert.Contains(portal.Egress.Where(rule => rule.To is null).SelectMany(rule => rule.Ports), port => port.Port.Value == collector);

        var service = Assert.Single(manifests.All<V1Service>());
        Assert.Equal(manifests.The<V1Deployment>("portal").Spec.Selector.MatchLabels, service.Spec.Selector);
        Assert.Equal("ClusterIP", service.Spec.Type); // what is public is the proxy that ends TLS
        Assert.NotNull(PortOf(Container("portal"), Assert.Single(service.Spec.Ports).TargetPort.Value));
    }

    [Fact]
    public void No_container_is_root_or_can_become_it_or_writes_where_nothing_is_mounted()
    {
        foreach (var name in pods)
        {
            var (pod, container) = (manifests.Pod(name).Spec, Container(name));
            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.Equal(image.Last("USER"), $"{pod.SecurityContext.RunAsUser}:{pod.SecurityContext.RunAsGroup}");
            Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
            Assert.False(pod.AutomountServiceAccountToken);
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.NotNull(container.Resources.Limits["memory"]);
            Assert.Equal("restricted", manifests.The<V1Namespace>("billing").Metadata.Labels["pod-security.kubernetes.io/enforce"]);
        }
    }

    [Fact]
    public async Task The_connections_of_all_fit_into_a_server_as_it_comes_also_while_a_new_version_comes()
    {
        const int OfTheServer = 100, ForSuperusers = 3, PoolsOfASilo = 3, Writing = 4;
        var folder = Directory.CreateTempSubdirectory("billing-secrets");
        try
        {
            await DeployFolder.MakeSecrets(folder.FullName);
            int PoolOf(string role) => new NpgsqlConnectionStringBuilder(File.ReadAllText(Path.Combine(folder.FullName, role, "Database__ConnectionString"))).MaxPoolSize;
            int Most(string role) => (manifests.The<V1Deployment>(role).Spec.Replicas ?? 1) + int.Parse(manifests.The<V1Deployment>(role).Spec.Strategy.RollingUpdate.MaxSurge.Value, CultureInfo.InvariantCulture);
            var all = (Most("silo") * ((PoolsOfASilo * PoolOf("silo")) + Writing)) + (Most("portal") * PoolOf("portal"));
            Assert.InRange(all, 1, OfTheServer - ForSuperusers);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Secrets_come_as_files_and_are_the_ones_that_the_runbook_makes()
    {
        var folder = Directory.CreateTempSubdirectory("billing-secrets");
        try
        {
            await DeployFolder.MakeSecrets(folder.FullName);
            var made = MakesSecret().Matches(await File.ReadAllTextAsync(DeployFolder.Path("README.md")))
                .ToDictionary(line => line.Groups["name"].Value, line => line.Groups["folder"].Value);
            foreach (var name in pods)
            {
                var (pod, container) = (manifests.Pod(name).Spec, Container(name));
                Assert.All(container.Env ?? [], variable => Assert.Null(variable.ValueFrom?.SecretKeyRef));
                Assert.All(container.VolumeMounts, mount => Assert.Contains(pod.Volumes, volume => volume.Name == mount.Name));
                foreach (var volume in pod.Volumes.Where(volume => volume.Secret is not null))
                {
                    Assert.True(made.TryGetValue(volume.Secret.SecretName, out var source), $"the runbook makes no {volume.Secret.SecretName}");
                    var mount = Assert.Single(container.VolumeMounts, mount => mount.Name == volume.Name);
                    Assert.True(mount.ReadOnlyProperty);
                    var files = Directory.GetFiles(Path.Combine(folder.FullName, source!)).Select(Path.GetFileName).ToArray();
                    Assert.NotEmpty(files);
                    // What the settings name below that place is one of its files.
                    foreach (var (setting, path) in manifests.EnvironmentOf(name).Where(setting => setting.Value.StartsWith(mount.MountPath + "/", StringComparison.Ordinal)))
                        Assert.True(files.Contains(path[(mount.MountPath.Length + 1)..]), $"{name}: {setting} is {path}");
                }
                Assert.Contains(container.VolumeMounts, mount => mount.MountPath == manifests.EnvironmentOf(name)["Secrets__Folder"]);
                Assert.All(pod.Volumes.Where(volume => volume.PersistentVolumeClaim is not null), volume => manifests.The<V1PersistentVolumeClaim>(volume.PersistentVolumeClaim.ClaimName));
            }
            var keys = manifests.EnvironmentOf("portal")["Data__KeysFolder"];
            Assert.Contains(Container("portal").VolumeMounts, mount => keys.StartsWith(mount.MountPath, StringComparison.Ordinal) && mount.ReadOnlyProperty is not true);
            Assert.Equal(["ReadWriteMany"], manifests.The<V1PersistentVolumeClaim>("portal-keys").Spec.AccessModes); // two portals share them
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private V1Container Container(string pod) => Assert.Single(manifests.Pod(pod).Spec.Containers);

    private static string PortOf(V1Container container, string name) => Assert.Single(container.Ports, port => port.Name == name).ContainerPort.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"create secret generic (?<name>\S+) --from-file=""\$SECRETS/(?<folder>[^""]+)""")]
    private static partial Regex MakesSecret();
}
