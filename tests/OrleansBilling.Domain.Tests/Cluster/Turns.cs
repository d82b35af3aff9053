namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>One after the other, as the calls of an activation that is not reentrant.</summary>
internal sealed class Turns
{
    private Task last = Task.CompletedTask;

    public async Task<T> Take<T>(Func<Task<T>> work)
    {
        var (before, done) = (last, new TaskCompletionSource());
        last = done.Task;
        await before;
        try
        {
            return await work();
        }
        finally
        {
            done.SetResult();
        }
    }
}
