namespace OrleansBilling.Cluster.Tests.Support;

/// <summary>Waits, in real time, for what happens by itself. How long it takes is not what a test looks at.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // only ends what would never end

    public static async Task Holds(Func<Task<bool>> condition, string what)
    {
        var end = DateTime.UtcNow + Patience;
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < end, $"It never came to pass that {what}.");
            await Task.Delay(5);
        }
    }

    public static Task Holds(Func<bool> condition, string what) => Holds(() => Task.FromResult(condition()), what);
}
