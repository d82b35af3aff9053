using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Machines;
using OrleansBilling.Grains.Pricing;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Grains.Vms;

/// <summary>
/// Promises that a VM's usage is what its recorded statuses say and nothing else, that its balance hears it every 15 minutes and at
/// each change, and that an order is obeyed once. A change is stored first, then the balance is told, then the platform is asked;
/// whatever of this is cut off is done again from what is stored.
/// </summary>
[CollectionAgeLimit(Minutes = 45)] // stays in memory between two ticks
public sealed partial class VmGrain(
    [PersistentState(VmGrain.StateName, StorageNames.State)] IPersistentState<VmState> state,
    RegionRules regionRules,
    IClockReferee referee,
    IMachinePlatform platform,
    IOptions<BillingOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
    ILogger<VmGrain> logger) : Grain, IVmGrain, IRemindable
{
    /// <summary>The name of its state in the storage.</summary>
    internal const string StateName = "vm";

    private const string ChargeReminder = "charge";
    private const int OperationsKept = 32;

    private BalanceId balanceId;
    private string id = "";
    private IGrainTimer? repeat; // only while something is to be repeated: almost all VMs are at rest, and a timer takes memory
    private bool told; // the balance has heard the latest revision
    private int heard; // the latest revision that it has answered for: should it know less, it was restored from a backup
    private PlanPrices? own; // the tenant's own prices as its balance said; null until it does, as almost nobody has any

    // Kept, because to make a reference the runtime reads the attributes of the interface each time, which took nearly as long as the charge.
    private IBalanceGrain Balance { get; set; } = null!;

    private bool Exists => state.RecordExists;

    private StatusHistory Statuses => state.State.ToHistory();

    private VmTraits Traits => new(state.State.Name, state.State.Locked, state.State.AutoResume);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString().Split('/');
        (balanceId, id) = (new BalanceId(string.Intern(key[0]), key[1]), key[2]); // few regions, many VMs
        Balance = GrainFactory.GetGrain<IBalanceGrain>(balanceId.ToString());
        if (!Exists) return Task.CompletedTask;
        // Nobody knows whether the balance heard the last change, or the platform the last request; only a deletion was heard, where the
        // reminder is gone. What is at rest waits until it is woken or called: what a timer once took stays as long as the activation.
        told = Statuses.Status == VmStatus.Deleted && !state.State.HasReminder;
        var atRest = state.State.Pending is null && (told || (state.State.HasReminder && Statuses.Status.IsBilled()));
        if (!atRest) RepeatAfter(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    public async Task<VmReply> Ask(string operation, VmRequest request)
    {
        if (request == VmRequest.Create || !Enum.IsDefined(request)) throw new ArgumentException($"{request} is not asked of a VM.", nameof(request));
        if (!await KnownNow()) return new VmReply(VmRequestResult.UnknownVm, null);
        if (state.State.Done.FirstOrDefault(done => done.Id == operation) is { } done)
            return new VmReply(done.Request == (int)request ? VmRequestResult.Accepted : VmRequestResult.OperationReused, Statuses.Status);
        if (!Statuses.Status.Allows(request)) return new VmReply(VmRequestResult.WrongStatus, Statuses.Status);
        if (request == VmRequest.Delete && state.State.Locked) return new VmReply(VmRequestResult.Locked, Statuses.Status);
        if (request.NeedsCredit())
        {
            var admission = await Balance.Admit(id, request);
            if (admission.Result != AdmissionResult.Admitted) return new VmReply(VmRequestResult.Refused, Statuses.Status, admission);
        }
        await Begin(operation, request, Now());
        return new VmReply(VmRequestResult.Accepted, Statuses.Status);
    }

    public async Task<VmReply> Change(ChangeVm change)
    {
        if (change.Name is { Length: 0 or > 64 }) throw new ArgumentException("A name has 1–64 characters.", nameof(change));
        if (!await KnownNow()) return new VmReply(VmRequestResult.UnknownVm, null);
        var content = $"{change.Locked}|{change.AutoResume}|{change.Name}";
        if (state.State.Done.FirstOrDefault(done => done.Id == change.Operation) is { } done)
            return new VmReply(done.Change == content ? VmRequestResult.Accepted : VmRequestResult.OperationReused, Statuses.Status);
        if (Statuses.Status == VmStatus.Deleted) return new VmReply(VmRequestResult.WrongStatus, Statuses.Status);
        await Store(state.State.With(next =>
        {
            next.Done = [.. next.Done.TakeLast(OperationsKept - 1), new StoredOperation(change.Operation, 0, clock.Now().ToUnixTimeMilliseconds(), Confirmed: true, content)];
            next.Name = change.Name ?? next.Name;
            next.Locked = change.Locked ?? next.Locked;
            next.AutoResume = change.AutoResume ?? next.AutoResume;
        }));
        await TellBalance();
        return new VmReply(VmRequestResult.Accepted, Statuses.Status);
    }

    public async Task Obey(OrderMessage order)
    {
        try
        {
            if (!Exists) await Record(order.Package, order.Currency, order.Traits, order.At);
            switch (order.Kind)
            {
                case OrderKind.Create when Statuses.Changes.Length == 1 && state.State.Pending is null:
                    await Begin(order.Id, VmRequest.Create, order.At);
                    break;
                case OrderKind.Stop when Statuses.Status == VmStatus.Running && !HasObeyed(order) && await Balance.BeginOrder(order.Id):
                    await Begin(order.Id, VmRequest.PowerOff, Now());
                    break;
                case OrderKind.Resume when Statuses.Status == VmStatus.Stopped && !HasObeyed(order) && await Balance.BeginOrder(order.Id):
                    await Begin(order.Id, VmRequest.PowerOn, Now());
                    break;
                case OrderKind.Delete when !Statuses.Status.IsBeingDeleted():
                    // Its deletion began when it was ordered: nothing is billed from then on (policy 3.10). The tenant's lock does not hold (4.8).
                    await Begin(order.Id, VmRequest.Delete, order.At);
                    break;
                case OrderKind.Delete when Statuses.DeletedFrom > order.At:
                    // Its tenant deleted it before it heard of the order, which was first.
                    await Record(Statuses.With(new StatusChange(order.At, VmStatus.Deleting)));
                    await Repeat();
                    break;
                default:
                    await Repeat(); // obeyed already, undone since, or on its way: the balance hears where the VM stands
                    break;
            }
        }
        catch (Exception failed)
        {
            OrderFailed(failed, order.Kind, balanceId, id); // one way: the balance repeats it
            throw;
        }
    }

    public async Task Report(StatusReport report)
    {
        if (!await Known()) return; // a machine that was never ours
        // The platform does not repeat what was taken: a silo that does not know the time must not take it for an old story either.
        RefuseWrongClock();
        var at = report.At.ToMilliseconds();
        if (Now() is var now && at > now) at = now; // the platform's clock is ahead
        var pending = state.State.Pending;
        var confirms = report.Operation is not null && report.Operation == pending?.Id;
        var operation = report.Operation is null ? null : state.State.Done.FirstOrDefault(done => done.Id == report.Operation);
        if (operation is { Confirmed: true }) return; // confirmed twice
        // An operation is not done before it was asked for, whatever the platform's clock says.
        if (operation is not null && at.ToUnixTimeMilliseconds() < operation.SinceMilliseconds) at = DateTimeOffset.FromUnixTimeMilliseconds(operation.SinceMilliseconds);

        var next = Statuses.With(new StatusChange(at, report.Status));
        // What is said of a later instant than a request was made at ends that request, confirmed or dropped.
        var ends = pending is not null && (confirms || (next.Status == report.Status && Statuses.Status != report.Status));
        if (next.Equals(Statuses) && !ends) return;
        await Store(await WithReminder((next.Equals(Statuses) ? state.State : state.State.With(next)).With(stored =>
        {
            stored.Pending = ends ? null : stored.Pending;
            if (operation is not null) stored.Done = [.. stored.Done.Select(done => done == operation ? done with { Confirmed = true } : done)];
        })));
        await TellBalance();
        await KeepReminder();
        if (state.State.Pending is null && told) RepeatNoMore();
    }

    public async Task<StatusView[]> History() =>
        await Known() ? [.. Statuses.Changes.Select(change => new StatusView(change.At, change.Status))] : [];

    public async Task Wake()
    {
        if (Exists || await Known()) await Repeat();
    }

    /// <summary>The quarter hour. Writes nothing here: the reading is the whole of it.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        using var tick = BillingTraces.Tick(balanceId, id);
        if (Exists) BillingMetrics.ReminderCame(balanceId, Lateness());
        await Wake();
    }
}
