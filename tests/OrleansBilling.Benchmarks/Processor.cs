using System.Globalization;
using OrleansBilling.EndToEnd.Tests.Database;

namespace OrleansBilling.Benchmarks;

/// <summary>Processor time so far: of this process, in which the silo is, and of the database with all its processes.</summary>
internal sealed record Processor(TimeSpan Silo, TimeSpan Database)
{
    private const double TicksPerSecond = 100; // of /proc, on every Linux

    public static async Task<Processor> Read(string database)
    {
        var backend = await PostgresServer.Query<int>(database, "SELECT pg_backend_pid()");
        var all = Directory.GetDirectories("/proc").Select(folder => Stat(Path.GetFileName(folder))).OfType<ProcessStat>().ToList();
        // The backend that answered may have ended; another process of the server has the same parent.
        var parent = all.Find(process => process.Id == backend)?.Parent ?? await PostmasterOf(database, all);
        var ticks = all.Where(process => process.Parent == parent).Sum(process => process.Own) + all.Where(process => process.Id == parent).Sum(process => process.Own + process.Ended);
        return new Processor(Environment.CpuUsage.TotalTime, TimeSpan.FromSeconds(ticks / TicksPerSecond));
    }

    public static Processor operator -(Processor after, Processor before) => new(after.Silo - before.Silo, after.Database - before.Database);

    private static async Task<int> PostmasterOf(string database, List<ProcessStat> all)
    {
        var writer = await PostgresServer.Query<int>(database, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
        return all.Single(process => process.Id == writer).Parent;
    }

    private static ProcessStat? Stat(string id)
    {
        if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var process)) return null;
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' '); // from the third field on
            long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
            return new ProcessStat(process, (int)Field(4), Field(14) + Field(15), Field(16) + Field(17));
        }
        catch (IOException)
        {
            return null; // it has ended meanwhile
        }
    }

    /// <param name="Id">The process.</param>
    /// <param name="Parent">Its parent.</param>
    /// <param name="Own">Its own time, in ticks.</param>
    /// <param name="Ended">The time of its children that have ended.</param>
    private sealed record ProcessStat(int Id, int Parent, long Own, long Ended);
}
