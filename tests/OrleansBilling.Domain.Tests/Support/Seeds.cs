using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit.Abstractions;

namespace OrleansBilling.Domain.Tests.Support;

/// <summary>
/// The seeds of a property: 1, 2, 3, … as many as the property asks for. The environment variable <c>BILLING_SEED</c> plays that one
/// seed again, and <c>BILLING_STORIES</c> asks for so many seeds from there on. Where steps are counted, <c>BILLING_STEPS</c> asks for so many.
/// </summary>
internal static class Seeds
{
    private const int FailuresShown = 5;

    /// <summary>Tries every seed and fails with those for which there is something to say.</summary>
    /// <param name="usual">How many seeds in a normal run.</param>
    /// <param name="output">Where the seeds are printed.</param>
    /// <param name="complaint">What is wrong with a seed; null when nothing is.</param>
    /// <param name="property">The test, to be named in how to replay it.</param>
    public static void Try(int usual, ITestOutputHelper output, Func<int, string?> complaint, [CallerMemberName] string property = "")
    {
        var one = Number("BILLING_SEED");
        var first = one ?? 1;
        var count = Number("BILLING_STORIES") ?? (one is null ? usual : 1);
        output.WriteLine($"{property}: seeds {first} to {first + count - 1}");

        var complaints = new ConcurrentDictionary<int, string>();
        var last = first - 1;
        // Threads of their own: those of the pool are for the tests that wait for something.
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            while (Interlocked.Increment(ref last) is var seed && seed < first + count)
                if (Complain(complaint, seed) is { } wrong) complaints[seed] = wrong;
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.True(complaints.IsEmpty, string.Join(Environment.NewLine, complaints
            .OrderBy(pair => pair.Key).Take(FailuresShown)
            .Select(pair => $"seed {pair.Key}: {pair.Value}  (again: BILLING_SEED={pair.Key} dotnet test tests/OrleansBilling.Domain.Tests --filter {property})")
            .Prepend($"{complaints.Count} of {count} seeds fail; the first:")));
    }

    private static string? Complain(Func<int, string?> complaint, int seed)
    {
        try
        {
            return complaint(seed);
        }
#pragma warning disable CA1031 // whatever it was, it belongs to this seed
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            return thrown.ToString();
        }
    }

    /// <summary>The number in an environment variable; null when there is none.</summary>
    public static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
