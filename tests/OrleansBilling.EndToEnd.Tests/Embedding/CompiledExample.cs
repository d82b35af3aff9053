using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace OrleansBilling.EndToEnd.Tests.Embedding;

/// <summary>
/// The C# example of a README, compiled as it stands there into a method that is given <c>services</c>. What it writes to the console
/// is collected.
/// </summary>
internal sealed class CompiledExample
{
    private readonly Type type;

    private CompiledExample(Type type) => this.type = type;

    /// <summary>Compiles the first block marked as C#; warnings are errors, as in a project of this repository.</summary>
    public static CompiledExample Of(string readme)
    {
        const string Fence = "```";
        var begin = readme.IndexOf($"{Fence}csharp\n", StringComparison.Ordinal) + Fence.Length + "csharp\n".Length;
        var lines = readme[begin..readme.IndexOf($"\n{Fence}", begin, StringComparison.Ordinal)].Split('\n');
        var usings = lines.TakeWhile(line => line.StartsWith("using ", StringComparison.Ordinal) || line.Length == 0).ToArray();
        var source = $$"""
            {{string.Join('\n', usings)}}

            public static class Example
            {
                public static readonly System.Collections.Generic.List<string> Written = [];

                public static async System.Threading.Tasks.Task Run(System.IServiceProvider services)
                {
            {{string.Join('\n', lines.Skip(usings.Length))}}
                }

                private static class Console
                {
                    public static void WriteLine(string line) => Written.Add(line);
                }
            }
            """;
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(file => MetadataReference.CreateFromFile(file));
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, generalDiagnosticOption: ReportDiagnostic.Error);
        var compilation = CSharpCompilation.Create("ReadmeExample", [CSharpSyntaxTree.ParseText(source)], references, options);
        using var compiled = new MemoryStream();
        var result = compilation.Emit(compiled);
        Assert.True(result.Success, $"The example does not compile:\n{string.Join('\n', result.Diagnostics)}\n{source}");
        return new CompiledExample(Assembly.Load(compiled.ToArray()).GetType("Example")!);
    }

    /// <summary>Runs it; returns the lines that it wrote.</summary>
    public async Task<IReadOnlyList<string>> Run(IServiceProvider services)
    {
        await (Task)type.GetMethod("Run")!.Invoke(null, [services])!;
        return (List<string>)type.GetField("Written")!.GetValue(null)!;
    }
}
