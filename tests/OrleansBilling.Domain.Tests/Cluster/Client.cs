using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>
/// Callers who repeat a command under its id until they know what became of it, who repeat it once more by chance, and who take an id
/// twice for different things.
/// </summary>
internal sealed class Client(World world)
{
    /// <summary>Makes the same command, or one of other content under the same id.</summary>
    public delegate Func<BalanceStep, PostingOutcome> Posting(string operation, Amount amount);

    public void Post(Posting posting, Amount amount)
    {
        var operation = $"post-{world.Number()}";
        world.Audit.Promises.Asked(operation);
        world.Watch(PostUntilKnown(operation, posting, amount));
    }

    public void Create(string vm, string package, bool autoResume)
    {
        var operation = $"create-{vm}";
        world.Watch(Try());

        async Task Try()
        {
            for (var again = 1; again > 0; again--)
            {
                var answer = await UntilKnown(() => Balance(step => step.Create(operation, vm, package, new VmTraits(vm, AutoResume: autoResume)), null));
                if (answer.Result == AdmissionResult.Admitted) world.Audit.Promises.Admitted(vm);
                if (world.Faults.Strike(world.Faults.Repetitions)) again++;
                await Later(1, 600);
            }
        }
    }

    public void Ask(string vm, VmRequest request)
    {
        var operation = $"{request}-{world.Number()}".ToLowerInvariant();
        world.Watch(Try());

        async Task Try()
        {
            var answer = await UntilKnown(() => world.Vm(null, vm, activation => activation.Ask(operation, request)));
            if (!world.Faults.Strike(world.Faults.Repetitions)) return;
            await Later(1, 60);
            var again = await UntilKnown(() => world.Vm(null, vm, activation => activation.Ask(operation, request)));
            // A copy that was not told may still say that its status does not allow it; but never that the id is another's.
            if (answer == VmAnswer.Accepted && (again == VmAnswer.OperationReused || (world.Faults.Calm && again != VmAnswer.Accepted))) world.Violated("M5", $"{operation} of {vm} was accepted, but {again} when repeated");
        }
    }

    public void Tell(Func<BalanceStep, bool> command) => world.Watch(UntilKnown(() => Balance(command, null)));

    private async Task PostUntilKnown(string operation, Posting posting, Amount amount)
    {
        var first = await UntilKnown(() => Balance(posting(operation, amount), operation));
        world.Audit.Promises.Answered(operation, first);
        while (world.Faults.Strike(world.Faults.Repetitions))
        {
            await Later(0, 900);
            var again = await UntilKnown(() => Balance(posting(operation, amount), operation));
            if (first.Result == PostingResult.Posted && again != first) world.Violated("M5", $"{operation} was answered {first}, but {again} when repeated");
            world.Audit.Promises.Answered(operation, again);
            if (first.Result != PostingResult.Posted) continue;
            var other = await UntilKnown(() => Balance(posting(operation, amount + new Amount(1)), operation));
            if (other.Result != PostingResult.OperationReused) world.Violated("M5", $"{operation} with other content was answered {other}");
        }
    }

    private Task<T> Balance<T>(Func<BalanceStep, T> command, string? operation) => world.Balance(null, balance => balance.Submit(command, operation));

    private async Task<T> UntilKnown<T>(Func<Task<T>> command)
    {
        while (true)
        {
            try
            {
                return await command();
            }
            catch (UnknownOutcomeException)
            {
                await Later(1, 20);
            }
        }
    }

    private Task Later(int from, int to)
    {
        var later = new TaskCompletionSource();
        world.Schedule.After(world.Seconds(from, to), later.SetResult);
        return later.Task;
    }
}
