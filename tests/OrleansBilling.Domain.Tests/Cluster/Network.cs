namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>What was asked for may have happened or not.</summary>
internal sealed class UnknownOutcomeException(string message) : Exception(message);

/// <summary>Calls between processes: late, lost, doubled, answered or not.</summary>
internal sealed class Network(World world)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks a silo; from outside of the cluster when no caller is named.</summary>
    public Task<T> Call<T>(Silo? caller, Silo target, Func<Task<T>> work)
    {
        var answer = new TaskCompletionSource<T>();
        Back(Patience, () =>
        {
            if (!answer.TrySetException(new UnknownOutcomeException("no answer"))) world.Schedule.WasNothing();
        });
        if (!world.Faults.Strike(world.Faults.LostCalls)) Deliver();
        if (world.Faults.Strike(world.Faults.DoubledCalls)) Deliver();
        return answer.Task;

        void Deliver() => target.After(Delay(), () => world.Watch(Work()));

        async Task Work()
        {
            if (!target.IsUp) return;
            try
            {
                var result = await work();
                if (!world.Faults.Strike(world.Faults.LostAnswers)) Back(Delay(), () => answer.TrySetResult(result));
            }
            catch (UnknownOutcomeException unknown)
            {
                Back(Delay(), () => answer.TrySetException(unknown));
            }
        }

        void Back(TimeSpan delay, Action happens)
        {
            if (caller is null) world.Schedule.After(delay, happens);
            else caller.After(delay, happens);
        }
    }

    /// <summary>Tells a silo and does not wait: the way of orders.</summary>
    public void Send(Silo target, Func<Task> work)
    {
        if (!world.Faults.Strike(world.Faults.LostOrders)) Deliver();
        if (world.Faults.Strike(world.Faults.DoubledCalls)) Deliver();

        void Deliver() => target.After(world.Faults.Strike(world.Faults.LateOrders) ? world.Seconds(1, 900) : Delay(), () => world.Watch(target.IsUp ? work() : Task.CompletedTask));
    }

    private TimeSpan Delay() => world.Faults.Strike(world.Faults.SlowCalls) ? world.Seconds(1, 40) : world.Milliseconds(1, 20);
}
