using k8s;
using k8s.Models;

namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>
/// The manifests of <c>kubernetes/</c>, read by Kubernetes' own client: a kind or a field that its version of the API does not know fails.
/// </summary>
internal sealed class Manifests
{
    private Manifests(Dictionary<string, object[]> files) => Files = files;

    public IReadOnlyDictionary<string, object[]> Files { get; }

    public IEnumerable<T> All<T>() => Files.Values.SelectMany(objects => objects).OfType<T>();

    public T The<T>(string name) where T : IKubernetesObject<V1ObjectMeta> => Assert.Single(All<T>(), one => one.Metadata.Name == name || one.Metadata.GenerateName == $"{name}-");

    public V1PodTemplateSpec Pod(string name) => name == "migrate" ? The<V1Job>(name).Spec.Template : The<V1Deployment>(name).Spec.Template;

    /// <summary>A container's settings by name, with those of its config maps; what only a running pod knows is empty.</summary>
    public Dictionary<string, string> EnvironmentOf(string name)
    {
        var container = Assert.Single(Pod(name).Spec.Containers);
        var settings = (container.EnvFrom ?? []).SelectMany(from => The<V1ConfigMap>(from.ConfigMapRef.Name).Data).ToDictionary();
        foreach (var variable in container.Env ?? []) settings[variable.Name] = variable.Value ?? "";
        return settings;
    }

    public static Manifests Read() => new(Directory.GetFiles(DeployFolder.Path("kubernetes"), "*.yaml").Where(file => Path.GetFileName(file) != "kustomization.yaml")
        .ToDictionary(file => Path.GetFileName(file), file => KubernetesYaml.LoadAllFromString(File.ReadAllText(file), strict: true).ToArray()));
}
