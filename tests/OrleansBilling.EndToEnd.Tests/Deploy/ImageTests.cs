using System.Text.RegularExpressions;
using System.Xml.Linq;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>What can be said of the image without an engine that builds it.</summary>
public sealed partial class ImageTests
{
    private readonly Dockerfile file = Dockerfile.Read();

    [Fact]
    public void What_the_Dockerfile_copies_is_there_is_let_in_and_is_all_that_the_build_reads()
    {
        var copied = file.CopiedFromContext.ToArray();
        var letIn = File.ReadLines(Path.Combine(DeployFolder.Top, ".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..]).ToArray();
        foreach (var (source, _) in copied)
        {
            Assert.True(Path.Exists(Path.Combine(DeployFolder.Top, source)), $"{source} is copied and is not there");
            Assert.Contains(source.TrimEnd('/'), letIn);
        }
        Assert.Contains("*", File.ReadLines(Path.Combine(DeployFolder.Top, ".dockerignore")));

        var places = copied.Select(copy => Path.GetFullPath(Path.Combine(DeployFolder.Top, copy.Source)).TrimEnd('/')).ToArray();
        foreach (var needed in NeededBy(Path.Combine(DeployFolder.Top, "src", "OrleansBilling.Host", "OrleansBilling.Host.csproj"), []).Append(Path.Combine(DeployFolder.Top, "global.json")).Append(Path.Combine(DeployFolder.Top, ".editorconfig")))
            Assert.True(places.Any(place => needed == place || needed.StartsWith(place + "/", StringComparison.Ordinal)), $"the build reads {needed}, which is not copied");
        // Each lies in the image as in the repository, or paths between them would lead elsewhere.
        Assert.All(copied, copy => Assert.True(copy.Target == copy.Source || copy.Target == "./", copy.Target));
    }

    [Fact]
    public async Task What_the_image_starts_is_what_was_published_and_it_knows_the_command_of_the_health_check()
    {
        var publish = PublishCommand().Match(file.Last("RUN"));
        Assert.True(File.Exists(Path.Combine(DeployFolder.Top, publish.Groups["project"].Value, "OrleansBilling.Host.csproj")));
        var app = Assert.Single(file.CopiedFromStages, copy => copy.Source == publish.Groups["output"].Value).Target;

        var start = Dockerfile.Command(file.Last("ENTRYPOINT"));
        Assert.Equal("dotnet", start[0]);
        Assert.Equal(app, Path.GetDirectoryName(start[1]));
        foreach (var needed in new[] { Path.GetFileName(start[1]), "OrleansBilling.Host.runtimeconfig.json", "OrleansBilling.Host.deps.json", "appsettings.json", "OrleansBilling.Grains.dll" })
            Assert.True(File.Exists(Path.Combine(await PublishedHost.Folder(), needed)), needed);

        var health = Dockerfile.Command(file.Last("HEALTHCHECK"));
        Assert.Equal(start, health[..^1]);
        Assert.Equal("health", health[^1]);
        await using var host = new BillingHost([]) { Program = await PublishedHost.Program() };
        Assert.Equal(1, (await host.Command("health")).Code);
        await host.Start();
        var (_, said) = await TenantCalls.Until(() => host.Command("health"), check => check.Code == 0, "it is healthy");
        Assert.Contains("\"cluster\"", said, StringComparison.Ordinal);
        var unknown = await host.Command("heath");
        Assert.Equal(2, unknown.Code); // and no silo was started
        Assert.Contains("'heath' is no command", unknown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void It_runs_without_root_on_the_framework_that_the_build_targets()
    {
        Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", file.Last("USER"));
        Assert.True(file.All("FROM").Count() > 1, "what builds stays behind");
        var framework = XDocument.Load(Path.Combine(DeployFolder.Top, "src", "Directory.Build.props")).Descendants("TargetFramework").Single().Value.Replace("net", "", StringComparison.Ordinal);
        Assert.All(file.All("FROM"), image => Assert.Contains($":{framework}", image, StringComparison.Ordinal));
        var data = Assert.Single(file.CopiedFromStages, copy => copy.Target == file.Environment["Data__Folder"]);
        Assert.Contains(file.All("COPY"), copy => copy.Contains($"--chown={file.Last("USER")} {data.Source}", StringComparison.Ordinal));
    }

    /// <summary>Every file and folder that a project names outside its own folder, and those of the projects that it names.</summary>
    private static HashSet<string> NeededBy(string project, HashSet<string> known)
    {
        var folder = Path.GetDirectoryName(project)!;
        if (!known.Add(folder)) return known;
        foreach (var path in XDocument.Load(project).Descendants().SelectMany(element => element.Attributes()).Where(attribute => attribute.Name.LocalName is "Include" or "Project").Select(attribute => attribute.Value).Where(value => value.StartsWith("../", StringComparison.Ordinal)))
        {
            var full = Path.GetFullPath(Path.Combine(folder, path.Split("/*")[0]));
            if (full.EndsWith(".csproj", StringComparison.Ordinal)) NeededBy(full, known);
            else known.Add(full);
        }
        return known;
    }

    [GeneratedRegex(@"dotnet publish (?<project>\S+) .*-o (?<output>\S+)")]
    private static partial Regex PublishCommand();
}
