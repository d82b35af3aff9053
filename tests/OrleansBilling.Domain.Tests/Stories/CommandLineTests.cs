using System.Diagnostics;
using System.Text.Json.Nodes;
using OrleansBilling.Domain.Tests.Oracle;
using OrleansBilling.Simulator;

namespace OrleansBilling.Domain.Tests.Stories;

/// <summary>The simulator as an operator starts it: the built program, its output, its complaint and its exit code.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("stories");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_story_is_printed_as_a_journal_that_agrees_and_the_exit_code_is_0()
    {
        var scenario = Path.Combine(AppContext.BaseDirectory, "Scenarios", "running-out-and-cure");

        var (code, output, complaint) = await Run(scenario + ".json");

        Assert.Equal((0, ""), (code, complaint));
        Assert.Null(JournalComparer.FirstDifference(JsonNode.Parse(await File.ReadAllTextAsync(scenario + ".expected.json"))!, JsonNode.Parse(output)!));
    }

    [Fact]
    public async Task A_dash_reads_standard_input()
    {
        var story = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Scenarios", "price-change.json"));

        var (code, output, _) = await Run("-", story);

        Assert.Equal((0, "price-change"), (code, (string)JsonNode.Parse(output)!["scenario"]!));
    }

    [Fact]
    public async Task A_broken_story_gets_one_line_with_file_and_place_and_reason_and_exit_code_2()
    {
        var file = Path.Combine(folder.FullName, "broken.json");
        await File.WriteAllTextAsync(file, """{"currency": "USD", "packages": [], "events": [{"at": "2026-03-02T10:00:00Z", "do": "fly"}], "until": "2026-03-02T11:00:00Z"}""");

        var (code, output, complaint) = await Run(file);

        Assert.Equal((2, ""), (code, output));
        Assert.Equal($"{file}: story.events[0].do: expected credit, plan, renewal, charge, adjust, revoke, create, powerOn, reboot, powerOff, delete, takeBack or status; found \"fly\"", OneLine(complaint));
    }

    [Fact]
    public async Task A_story_that_cannot_be_played_gets_its_instant_named_and_exit_code_2()
    {
        var file = Path.Combine(folder.FullName, "rich.json");
        var credit = """{"at": "2026-03-02T10:00:00Z", "do": "credit", "kind": "topUp", "amount": "9000000000000"}""";
        await File.WriteAllTextAsync(file, $$"""{"currency": "USD", "packages": [], "events": [{{credit}}, {{credit}}], "until": "2026-03-02T11:00:00Z"}""");

        var (code, output, complaint) = await Run(file);

        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"{file}: 2026-03-02T10:00:00Z: ", OneLine(complaint), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_gets_one_line_and_exit_code_2()
    {
        var (code, _, complaint) = await Run(Path.Combine(folder.FullName, "none.json"));

        Assert.Equal(2, code);
        Assert.Contains("none.json", OneLine(complaint), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_no_story()
    {
        var (code, _, complaint) = await Run(folder.FullName);

        Assert.Equal(2, code);
        OneLine(complaint);
    }

    [Fact]
    public async Task Without_a_file_it_says_how_it_is_used()
    {
        var (code, _, complaint) = await Run(null);

        Assert.Equal(2, code);
        Assert.StartsWith("usage:", OneLine(complaint), StringComparison.Ordinal);
    }

    private static string OneLine(string text) => Assert.Single(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)).TrimEnd('\r');

    private static async Task<(int Code, string Output, string Complaint)> Run(string? file, string input = "")
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(Simulation).Assembly.Location);
        if (file is not null) start.ArgumentList.Add(file);
        using var program = Process.Start(start)!;
        await program.StandardInput.WriteAsync(input);
        program.StandardInput.Close();
        var (output, complaint) = (program.StandardOutput.ReadToEndAsync(), program.StandardError.ReadToEndAsync());
        await program.WaitForExitAsync();
        return (program.ExitCode, await output, await complaint);
    }
}
