using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Tests.Support;

namespace OrleansBilling.Domain.Tests;

/// <summary>The domain references nothing, reads no clock and knows no floating point.</summary>
public sealed partial class PurityTests
{
    private static readonly string sources = Path.GetFullPath(Path.Combine(ThisFolder(), "..", "..", "src", "OrleansBilling.Domain"));

    [Fact]
    public void The_domain_references_the_base_class_library_and_nothing_else()
    {
        var references = typeof(Balance).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!).ToList();

        Assert.NotEmpty(references);
        Assert.All(references, name => Assert.True(name.StartsWith("System.", StringComparison.Ordinal), name));
        // Of the framework's own, none that is not there in every program.
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        Assert.All(references, name => Assert.Equal(framework, Path.GetDirectoryName(Assembly.Load(name).Location)));
    }

    [Fact]
    public void Its_project_names_no_package_no_project_and_no_framework()
    {
        var project = XDocument.Load(Path.Combine(sources, "OrleansBilling.Domain.csproj"));

        Assert.Equal("Microsoft.NET.Sdk", project.Root!.Attribute("Sdk")!.Value);
        Assert.DoesNotContain(project.Descendants(), element => element.Name.LocalName.EndsWith("Reference", StringComparison.Ordinal));
    }

    [Fact]
    public void Its_sources_read_no_clock_and_know_no_floating_point_and_no_chance()
    {
        var files = Directory.GetFiles(sources, "*.cs", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(sources, path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")).ToList();

        Assert.True(files.Count > 20, $"only {files.Count} files in {sources}");
        Assert.Empty(files.SelectMany(path => File.ReadLines(path).Select((line, i) => (path, line, number: i + 1)))
            .Where(at => Impure().IsMatch(TextOrComment().Replace(at.line, "")))
            .Select(at => $"{Path.GetRelativePath(sources, at.path)}:{at.number}: {at.line.Trim()}"));
    }

    [Theory]
    [InlineData("var x = (double)y;", true)]
    [InlineData("DateTimeOffset.UtcNow", true)]
    [InlineData("DateTime.Now.AddDays(1)", true)]
    [InlineData("new Random(1)", true)]
    [InlineData("float x; // a remark", true)]
    [InlineData("from.AddTicks(1); // no double report", false)]
    [InlineData("throw new Wrong(\"a double report\")", false)]
    [InlineData("Environmental(seed)", false)]
    public void The_search_finds_it_in_code_and_only_there(string line, bool found) => Assert.Equal(found, Impure().IsMatch(TextOrComment().Replace(line, "")));

    [Fact]
    public void No_method_of_it_computes_with_floating_point()
    {
        var domain = typeof(Balance).Assembly;
        var offenders = Code.MethodsOf(domain).Where(Code.ComputesWithFloatingPoint).Select(method => $"{method.DeclaringType}.{method.Name}");

        Assert.Empty(offenders);
    }

    [Fact]
    public void The_look_into_methods_finds_floating_point_where_it_is()
    {
        Assert.True(Code.ComputesWithFloatingPoint(((Func<TimeSpan, long, TimeSpan>)Hidden).Method));
        Assert.True(Code.ComputesWithFloatingPoint(((Func<TimeSpan, long>)Visible).Method));
        Assert.False(Code.ComputesWithFloatingPoint(((Func<TimeSpan, long, TimeSpan>)Exact).Method));
    }

    private static TimeSpan Hidden(TimeSpan time, long times) => time * times; // by way of a double

    private static long Visible(TimeSpan time) => (long)time.TotalSeconds;

    private static TimeSpan Exact(TimeSpan time, long times) => new(time.Ticks * times);

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"\b(double|float|Half|Double|DateTime(Offset)?\.(Utc)?Now|DateTime\.Today|TimeProvider|Stopwatch|Environment|Random|Guid\.NewGuid|Thread|File|Console)\b")]
    private static partial Regex Impure();

    [GeneratedRegex("""
        "[^"]*"|//.*$
        """)]
    private static partial Regex TextOrComment();
}
