using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>
/// A VM as the shell keeps it in one silo: a change is stored first, then the balance is told, then the platform is asked, and whatever
/// of this is cut off is done again from what is stored.
/// </summary>
internal sealed partial class VmActivation(World world, Silo silo, string id)
{
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(30);
    private const int OperationsKept = 32;

    private readonly Turns turns = new();
    private long etag;
    private VmState? state;
    private bool loaded;
    private bool ended;
    private bool told;
    private PlanPrices own = PlanPrices.None; // as its balance said
    private int repeating; // which repetition counts; 0 when none is due

    private StatusHistory History => state!.History;

    public Task<VmAnswer> Ask(string operation, VmRequest request) => turns.Take(async () =>
    {
        if (!await KnownNow()) return VmAnswer.UnknownVm;
        if (state!.Done.Find(done => done.Id == operation) is { } known) return known.Request == request ? VmAnswer.Accepted : VmAnswer.OperationReused;
        if (!History.Status.Allows(request)) return VmAnswer.WrongStatus;
        if (request.NeedsCredit())
        {
            var admission = await world.Balance(silo, balance => balance.Submit(step => step.Admit(id, request)));
            if (admission.Result != AdmissionResult.Admitted) return VmAnswer.Refused;
        }
        await Begin(operation, request, Now());
        return VmAnswer.Accepted;
    });

    public Task<bool> Obey(OrderMessage order) => turns.Take(async () =>
    {
        await Load();
        if (state is null) await Save(VmState.Admitted(order.Package, order.Traits, order.At));
        switch (order.Kind)
        {
            case OrderKind.Create when History.Changes.Length == 1 && state!.Pending is null:
                await Begin(order.Id, VmRequest.Create, order.At);
                break;
            case OrderKind.Stop when History.Status == VmStatus.Running && !HasObeyed(order) && await StillHolds(order):
                await Begin(order.Id, VmRequest.PowerOff, Now());
                break;
            case OrderKind.Resume when History.Status == VmStatus.Stopped && !HasObeyed(order) && await StillHolds(order):
                await Begin(order.Id, VmRequest.PowerOn, Now());
                break;
            case OrderKind.Delete when !History.Status.IsBeingDeleted():
                await Begin(order.Id, VmRequest.Delete, order.At);
                break;
            case OrderKind.Delete when History.DeletedFrom > order.At:
                await Save(state!.With(History.With(new StatusChange(order.At, VmStatus.Deleting))));
                await Repeat();
                break;
            default:
                await Repeat();
                break;
        }
        return true;
    });

    public Task<bool> Report(StatusReport report) => turns.Take(async () =>
    {
        if (!await Known()) return false;
        RefuseWrongClock();
        var at = report.At > Now() ? Now() : report.At;
        var pending = state!.Pending;
        var confirms = report.Operation is not null && report.Operation == pending?.Id;
        var operation = report.Operation is null ? null : state.Done.Find(done => done.Id == report.Operation);
        if (operation is { Confirmed: true }) return true;
        if (operation is not null && at < operation.Since) at = operation.Since;

        var next = History.With(new StatusChange(at, report.Status));
        var ends = pending is not null && (confirms || (next.Status == report.Status && History.Status != report.Status));
        if (next.Equals(History) && !ends) return true;
        var done = operation is null ? state.Done : state.Done.Replace(operation, operation with { Confirmed = true });
        // Of a VM that is gone: nothing but a reminder would wake it, should its balance not hear of it.
        var gone = History.Status == VmStatus.Deleted && !state.HasReminder;
        if (gone) world.Remind(id, silo.Now);
        await Save(state.With(next) with { Pending = ends ? null : pending, Done = done, HasReminder = state.HasReminder || gone });
        await TellBalance();
        await KeepReminder();
        if (state.Pending is null && told) repeating = 0;
        return true;
    });

    /// <summary>A reminder, the sweep or a start.</summary>
    public Task<bool> Wake() => turns.Take(async () =>
    {
        if (await Known()) await Repeat();
        return true;
    });

    public void End()
    {
        ended = true;
        if (silo.Vms.GetValueOrDefault(id) == this) silo.Vms.Remove(id);
    }

    /// <summary>Whether it has begun this order before, whatever became of that: the platform does an operation once.</summary>
    private bool HasObeyed(OrderMessage order) => state!.Done.Exists(done => done.Id == order.Id);

    private async Task<bool> StillHolds(OrderMessage order) =>
        world.Sabotage == Sabotage.OrdersNotAsked || await world.Balance(silo, balance => balance.Submit(step => step.BeginOrder(order.Id) is not null));

    private async Task Load()
    {
        if (loaded) return;
        var record = await world.Database.Read(silo, () => world.Store.Vms.GetValueOrDefault(id));
        if (loaded) return;
        (loaded, etag, state) = (true, record?.Etag ?? 0, record?.State);
        if (state is not null && (History.Status != VmStatus.Deleted || state.Pending is not null || state.HasReminder)) RepeatIn(TimeSpan.Zero);
    }

    /// <summary>One that was admitted, and whose order of creation is still on its way, is recorded now.</summary>
    private async Task<bool> Known()
    {
        await Load();
        if (state is not null) return true;
        if (await world.Balance(silo, balance => balance.Find(id)) is not { } admitted) return false;
        await Save(VmState.Admitted(admitted.Package, admitted.Traits, admitted.AdmittedAt));
        return true;
    }

    /// <summary>As <see cref="Known"/>, by what is stored now: a person gets no answer from an activation that was replaced.</summary>
    private async Task<bool> KnownNow()
    {
        await Load();
        if (state is null) return await Known();
        await ReadAgain();
        return true;
    }

    private async Task ReadAgain()
    {
        var record = await world.Database.Read(silo, () => world.Store.Vms[id]);
        (etag, state) = (record.Etag, record.State);
    }

    private void RefuseWrongClock()
    {
        if (!silo.IsTrusted) throw new UnknownOutcomeException("the clock of this silo is off");
    }

    private async Task Save(VmState next)
    {
        if (ended) throw new UnknownOutcomeException("this activation of a VM has ended");
        RefuseWrongClock();
        try
        {
            var read = etag;
            if (!await world.Database.Write(silo, () => world.Store.Write(id, read, next))) throw new UnknownOutcomeException("somebody else has written");
            (etag, state) = (etag + 1, next);
        }
        catch (UnknownOutcomeException)
        {
            End();
            throw;
        }
    }
}
