using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Notices;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Grains.Balances;

/// <summary>
/// Promises that every change of a balance is durable before its caller is told, in one order, by one writer. Commands enter an inbox;
/// one pump decides over all that waits, writes once, assigns, answers. It never waits for a VM: orders go out one way from what is
/// stored, and are repeated until a VM's report confirms them.
/// </summary>
[Reentrant]
[CollectionAgeLimit(Minutes = 45)] // stays in memory between the readings of its VMs
public sealed partial class BalanceGrain(
    ILedgerStore store,
    LedgerWriter writer,
    IOutbox outbox,
    OutboxSignal signal,
    NoticeWriter words,
    RegionRules regionRules,
    IClockReferee referee,
    IOptions<BillingOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
    ILogger<BalanceGrain> logger) : Grain, IBalanceGrain
{
    private readonly List<BalanceCommand> inbox = [];
    private readonly List<TaskCompletionSource> watchers = [];
    private readonly Dictionary<string, int> sent = []; // how often an order underway has gone out
    private StoredBalance stored = null!;
    private Task pump = Task.CompletedTask;
    private bool lost; // this activation no longer knows the ledger: it must not decide any more
    private bool repeating; // the timer that repeats orders is armed
    private IGrainTimer? dueTimer;
    private IGrainTimer? repeatTimer; // only while it is armed: a timer takes memory

    private BalanceId Id => stored.Id;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var id = BalanceId.Parse(this.GetPrimaryKeyString());
        var rules = await regionRules.Of(id.Region);
        stored = await store.Load(id);
        dueTimer = this.RegisterGrainTimer(_ => OnDue(), new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
        Arm(Projection.LookAgainAt(stored.Balance, rules));
        // What was ordered and not confirmed when the last activation ended goes out again.
        repeating = !stored.Balance.Orders.IsEmpty;
        if (repeating) RepeatOrdersAfter(TimeSpan.Zero);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        ReleaseWatchers();
        await pump;
    }

    public Task Open(string email) => Submit(_ => true, email: stored.Version == 0 || stored.Email.Length == 0 ? email : null);

    public Task<PostingReply> TopUp(TopUp command) =>
        Submit(step => step.TopUp(command.Operation, command.Currency, command.Amount, command.Description, command.GivenBack).ToReply(), command.Operation);

    public Task<PostingReply> TakeBack(TakeBack command) =>
        Submit(
            step => step.TakeBack(command.Operation, command.Currency, command.Amount, command.Description, [.. (command.Disputes ?? []).Select(dispute => dispute.At(step.Now))]).ToReply(),
            command.Operation);

    public Task TellPaymentFailed(TellPaymentFailed command) => Submit(step =>
    {
        step.TellPaymentFailed(command.Operation, command.Currency, command.Amount, command.About);
        return true;
    });

    public Task<PostingReply> Grant(GrantCredit command)
    {
        var scope = Scope.Of(command.Products.Select(ProductCode.Parse));
        return Submit(
            step => step.Grant(command.Operation, command.Lot, command.Kind, scope, command.Currency, command.Amount,
                command.Effective?.ToMilliseconds(), command.Expires?.ToMilliseconds(), command.Description).ToReply(),
            command.Operation);
    }

    public Task<PostingReply> Redeem(RedeemCredit command)
    {
        var scope = Scope.Of(command.Products.Select(ProductCode.Parse));
        return Submit(
            step => step.Redeem(command.Operation, command.Lot, scope, command.Currency, command.Amount, command.Expires.ToMilliseconds(), command.Description).ToReply(),
            command.Operation);
    }

    public Task RevokeCredit(string lot, string reason) => Submit(step =>
    {
        step.Revoke(lot, reason);
        return true;
    });

    public Task<PostingReply> Charge(ChargeProduct command)
    {
        var product = ProductCode.Parse(command.Product);
        return Submit(step => step.Charge(command.Operation, product, command.Currency, command.Amount, command.Description).ToReply(), command.Operation);
    }

    public Task<AdmissionReply> CreateVm(CreateVm command) =>
        Submit(step => step.Create(command.Operation, command.Vm, command.Package, new VmTraits(command.Name, AutoResume: command.AutoResume)).ToReply());

    public Task<AdmissionReply> Admit(string vm, VmRequest request) => Submit(step => step.Admit(vm, request).ToReply());

    public async Task<ReadingReply> Report(string vm, MeterReading reading, VmTraits traits, PlanPrices? own, int heard)
    {
        var outcome = await Take(null);
        // Read in full it is compared with what the ledger has charged: years of it, and so only where its row does not say enough.
        if (outcome.Result == ReadingResult.Folded && reading.Usage.Folded.IsNone) outcome = await Take(await store.ChargedTo(Id, vm));
        // A reading that changes nothing is not compared with the ledger, and it may be this activation that is behind: a restored database has another version.
        if (outcome.Result == ReadingResult.Outdated) await Wake();
        return outcome.ToReply();

        Task<ReadingOutcome> Take(ChargedSeconds? charged) => Submit(step => step.Report(vm, reading, traits, own, charged, heard), readingThrough: reading.Through);
    }

    public Task<bool> BeginOrder(string order) => Submit(step => step.BeginOrder(order) is not null);

    public Task<bool> Watch(WatchBalance command) => Submit(step => step.Watch(command.Operation, command.Threshold, [.. command.Recipients]));

    public Task<CurrencyResult> ChooseCurrency(Currency currency) => Submit(step => step.ChooseCurrency(currency));

    public Task Hold(PlaceHold command) => Submit(step =>
    {
        step.Hold(command.At(step.Now));
        return true;
    });

    public Task HoldDisputes(PlaceHold[] disputes) => Submit(step =>
    {
        step.HoldDisputes([.. disputes.Select(dispute => dispute.At(step.Now))]);
        return true;
    });

    public Task<bool> Release(string hold) => Submit(step => step.Release(hold));

    public Task Wake() => Submit(_ => true);

    private async Task OnDue()
    {
        if (lost) return;
        await Wake();
        Arm(stored.DueAt);
    }

    public async Task<BalanceView> Read()
    {
        var rules = await Current();
        return stored.ViewAt(clock.Now(), rules);
    }

    public async Task<VoucherView[]> Vouchers()
    {
        _ = await Current();
        return [.. stored.Balance.Lots.Where(lot => lot.Kind == CreditKind.Voucher).Reverse().Select(Views.ToVoucherView)];
    }

    public async Task<VmView[]> ListVms(bool withDeleted)
    {
        var rules = await Current();
        var (balance, now) = (stored.Balance, clock.Now());
        return [.. balance.Vms.Values.Where(vm => withDeleted || vm.Status != VmStatus.Deleted)
            .OrderBy(vm => vm.Status == VmStatus.Deleted).ThenBy(vm => vm.Ordinal).Select(vm => vm.ViewAt(balance, now, rules))];
    }

    public async Task<VmView?> FindVm(string vm)
    {
        var rules = await Current();
        return stored.Balance.Vms.Find(vm)?.ViewAt(stored.Balance, clock.Now(), rules);
    }

    public Task<LedgerPage> Ledger(LedgerQuery query) => store.Ledger(Id, query);

    public async Task<NoticeView[]> Notices(long? before, int limit) => await InWords(await store.Notices(Id, before, limit));

    public async Task<ChangesView> Changes(long after, TimeSpan wait)
    {
        const int Most = 200; // versions in one answer; the rest follows with the next
        if (stored.Version <= after && !lost) await NextCommit(wait);
        var rules = await Current();
        var now = stored;
        if (after > now.Version) after = 0; // told before the database was restored from a backup: all of it anew
        // What is written while this reads belongs to the next answer: everything is told once.
        var through = Math.Min(now.Version, after + Most);
        var (vms, entries, notices) = through <= after
            ? ([], [], [])
            : (await store.VmsSince(Id, after, through), await store.EntriesSince(Id, after, through), await store.NoticesSince(Id, after, through));
        var charged = entries.Select(entry => entry.Vm?.Id).OfType<string>();
        return new ChangesView(
            through, now.ViewAt(clock.Now(), rules),
            [.. vms.Union(charged).Where(now.Balance.Vms.ContainsKey).Select(vm => now.Balance.Vms[vm].ViewAt(now.Balance, clock.Now(), rules))], entries, await InWords(notices));
    }

    private async Task<NoticeView[]> InWords(NoticeView[] notices)
    {
        if (notices.Length == 0) return notices;
        var settings = await outbox.Settings(Id);
        return [.. notices.Select(notice => words.Write(notice, Id, settings, stored.Balance.Currency))];
    }

    /// <summary>The rules for an answer; what is due by now has been done before it, and nobody else has written meanwhile.</summary>
    private async Task<BillingRules> Current()
    {
        await Wake();
        return await regionRules.Of(Id.Region);
    }

    private void ReleaseWatchers()
    {
        foreach (var watcher in watchers) watcher.TrySetResult();
        watchers.Clear();
    }

    private async Task NextCommit(TimeSpan wait)
    {
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watchers.Add(next);
        // In real time: who waits is a person's browser.
        await Task.WhenAny(next.Task, Task.Delay(wait > TimeSpan.FromSeconds(20) ? TimeSpan.FromSeconds(20) : wait));
        watchers.Remove(next);
    }
}
