using System.Text.RegularExpressions;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Deploy;

/// <summary>That blocks of the runbook, pasted into a shell, end at the first line that fails. Engines are programs here that note what they are told.</summary>
public sealed partial class RunbookTests : IDisposable
{
    private static readonly string[] pods = ["silo", "portal", "migrate"];

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Each_block_is_one_command_so_that_nothing_of_it_is_done_after_a_failure()
    {
        foreach (var block in Runbook.Blocks.Where(block => block.Where != "example"))
        {
            var lines = HereDocument().Replace(block.Lines, "").Split('\n');
            Assert.True(lines is ["( set -euo pipefail", .., ")"] || lines[..^1].All(line => line.EndsWith("&&", StringComparison.Ordinal) || line.EndsWith('\\')), block.ToString());
        }
    }

    [Fact]
    public void Each_command_to_the_portal_has_its_id()
    {
        var commands = Runbook.Blocks.SelectMany(block => Command().Matches(block.Lines)).Select(match => match.Value)
            .Where(command => command.Contains("/api/", StringComparison.Ordinal) && (command.Contains("-X ", StringComparison.Ordinal) || command.Contains(" -d ", StringComparison.Ordinal))).ToArray();
        Assert.True(commands.Length >= 3);
        Assert.All(commands, command => Assert.Contains("Idempotency-Key", command, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Upgrade one by one", "docker tag", "--wait silo-2", "--wait silo-1", "--wait silo-3")]
    [InlineData("Upgrade one by one", "docker tag", "settings", "inspect", "migrate")]
    [InlineData("Upgrade one by one", "apply -k", "wait", "create", "apply")]
    [InlineData("Upgrade one by one", "apply -k", "status deployment/silo", "apply", "status deployment/portal")]
    [InlineData("Upgrade one by one", "debug", "debug pod/silo-1", "get pod -l app=silo", "app=portal")]
    [InlineData("Roll back", "docker", "--wait silo-2", "--wait silo-1", "--wait silo-3")]
    [InlineData("Roll back", "kubectl", "status deployment/silo", "undo deployment/silo", "undo deployment/portal")]
    [InlineData("Rotate secrets and certificates", "kubectl", "status deployment/silo", "secret generic billing-migrate", "restart deployment/portal")]
    public async Task What_fails_on_an_engine_is_the_last_that_is_done(string section, string contains, string fails, string before, string after)
    {
        var block = Assert.Single(Runbook.Blocks, block => block.Section == section && block.Where == "engine" && block.Lines.Contains(contains, StringComparison.Ordinal));
        Assert.Contains(after, await Told(shell => shell.Run(block), "nothing of it"), StringComparison.Ordinal);
        var told = await Told(shell => shell.Fails(block), fails);
        Assert.Contains(before, told, StringComparison.Ordinal);
        Assert.DoesNotContain(after, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("1", false)]
    public async Task A_copy_with_settings_that_the_new_program_does_not_read_ends_the_upgrade_says_so_and_is_deleted(string code, bool goesOn)
    {
        var block = Assert.Single(Runbook.Blocks, block => block.Section == "Upgrade one by one" && block.Lines.Contains("debug", StringComparison.Ordinal));
        var told = await Told(shell => goesOn ? shell.Run(block) : shell.Fails(block), "nothing of it", code);
        foreach (var role in new[] { "silo", "portal" })
        {
            string[] steps = [$"debug pod/{role}-1 --profile=restricted --copy-to=settings-{role} ", $"logs settings-{role} --container={role} --previous", $"delete pod settings-{role}"];
            var found = steps.Select(step => told.IndexOf(step, StringComparison.Ordinal)).ToArray();
            if (role == "silo" || goesOn) Assert.True(found[0] >= 0 && found[0] < found[1] && found[1] < found[2], told);
            else Assert.All(found, place => Assert.Equal(-1, place));
        }
    }

    [Fact]
    public async Task A_copy_of_a_pod_that_could_not_be_made_is_deleted_too()
    {
        var block = Assert.Single(Runbook.Blocks, block => block.Section == "Upgrade one by one" && block.Lines.Contains("debug", StringComparison.Ordinal));
        Assert.EndsWith("delete pod settings-silo\n", await Told(shell => shell.Fails(block), "debug pod/silo-1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotation_puts_every_secret_that_a_pod_mounts()
    {
        var block = Assert.Single(Runbook.Blocks, block => block.Section == "Rotate secrets and certificates" && block.Where == "engine");
        var put = SecretPut().Matches(await Told(shell => shell.Run(block), "nothing of it")).Select(match => match.Groups[1].Value);
        var manifests = Manifests.Read();
        Assert.Equal(pods.SelectMany(pod => manifests.Pod(pod).Spec.Volumes).Select(volume => volume.Secret?.SecretName).OfType<string>().Order(), put.Order());
    }

    public void Dispose() => folder.Dispose();

    private async Task<string> Told(Func<RunbookShell, Task<string>> run, string fails, string code = "0")
    {
        var (programs, told) = (Directory.CreateDirectory(Path.Combine(folder.Path, "programs")).FullName, Path.Combine(folder.Path, "told"));
        File.Delete(told);
        foreach (var name in new[] { "docker", "kubectl" })
        {
            await RunbookShell.WriteProgram(
                Path.Combine(programs, name),
                $"""
                 echo "$*" >> "{told}"
                 case "$*" in *"{fails}"*) exit 1 ;; *exitCode*) echo {code} ;; *"get pod -l app="*) for role in silo portal; do case "$*" in *app=$role*) echo pod/$role-1 ;; esac; done ;; esac
                 """);
        }
        await run(new RunbookShell(folder.Path, new Dictionary<string, string> { ["SECRETS"] = "deploy/secrets" }) { Programs = programs });
        return await File.ReadAllTextAsync(told);
    }

    [GeneratedRegex(@"(?<=<<'?(\w+)'?)\n(.*\n)*?\1(?=\n|$)")]
    private static partial Regex HereDocument();

    [GeneratedRegex(@"curl (.*\\\n)*.*")]
    private static partial Regex Command();

    [GeneratedRegex("secret generic ([a-z-]+)")]
    private static partial Regex SecretPut();
}
