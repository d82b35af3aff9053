using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Notices;
using OrleansBilling.Contracts.Operations;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Contracts.Tenants;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Client;

/// <summary><see cref="IBillingClient"/> over the grains of a cluster. Safe for use by many threads at once.</summary>
internal sealed class BillingClient(IClusterClient cluster, IOptions<BillingClientOptions> options) : IBillingClient
{
    // A grain answers a wait for changes when it is over, also without a change; so this attempt may take longer than others.
    private static readonly TimeSpan changesWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan changesTimeout = TimeSpan.FromSeconds(16);

    private readonly Repetition repetition = new(options.Value);

    public Task<TenantView> SignIn(string region, string subject, string email, CancellationToken cancellation = default)
    {
        var tenant = cluster.GetGrain<ITenantGrain>(GrainKeys.OfSubject(region, subject));
        return repetition.Call(() => tenant.SignIn(email), cancellation);
    }

    public Task<BalanceView> GetBalance(BalanceId balance, CancellationToken cancellation = default) =>
        repetition.Call(Balance(balance).Read, cancellation);

    public Task<bool> ChooseCurrency(BalanceId balance, Currency currency, CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        return repetition.Call(() => grain.ChooseCurrency(currency), cancellation);
    }

    public Task<BillingProfile?> FindBillingProfile(BalanceId balance, CancellationToken cancellation = default) =>
        repetition.Call(Profile(balance).Find, cancellation);

    public Task<BillingProfileFault?> SetBillingProfile(BalanceId balance, BillingProfile profile, CancellationToken cancellation = default)
    {
        var grain = Profile(balance);
        return repetition.Call(() => grain.Set(profile), cancellation);
    }

    public Task<PostingReply> TopUp(BalanceId balance, TopUp command, CancellationToken cancellation = default) =>
        Post(balance, command.Operation, grain => grain.TopUp(command), cancellation);

    public Task<PaymentOfferView[]> GetPaymentOffers(string region, CancellationToken cancellation = default) =>
        repetition.Call(() => Gateways.Offers(region), cancellation);

    public Task<PaymentReply> StartPayment(string payment, StartPayment command, CancellationToken cancellation = default)
    {
        var grain = Payment(payment);
        return repetition.Call(() => grain.Start(command), cancellation);
    }

    public Task<PaymentView?> FindPayment(BalanceId balance, string payment, CancellationToken cancellation = default)
    {
        var grain = Payment(payment);
        return repetition.Call(() => grain.Find(balance), cancellation);
    }

    public async Task<PaymentView[]> GetPayments(BalanceId balance, int limit = 50, CancellationToken cancellation = default)
    {
        if (limit is < 1 or > 100) throw new ArgumentException($"The limit is {limit}: from 1 to 100.", nameof(limit));
        var index = cluster.GetGrain<IPaymentsGrain>(GrainKeys.Of(balance));
        var ids = await repetition.Call(() => index.Newest(limit), cancellation);
        var payments = await Task.WhenAll(ids.Select(id => FindPayment(balance, id, cancellation)));
        return [.. payments.OfType<PaymentView>()];
    }

    public Task<NotificationReply?> TakeNotification(GatewayNotification notification, CancellationToken cancellation = default) =>
        repetition.Call(() => Gateways.Take(notification), cancellation);

    public Task<StuckPaymentView[]> GetStuckPayments(string region, int limit = 100, CancellationToken cancellation = default)
    {
        var operations = Operations(region);
        return repetition.Call(() => operations.StuckPayments(limit), cancellation);
    }

    public Task<SettlementReply> SettlePayment(string payment, SettlePayment command, CancellationToken cancellation = default)
    {
        var grain = Payment(payment);
        return repetition.Call(() => grain.Settle(command), cancellation);
    }

    public Task<PostingReply> Grant(BalanceId balance, GrantCredit command, CancellationToken cancellation = default) =>
        Post(balance, command.Operation, grain => grain.Grant(command), cancellation);

    public Task<RedemptionReply> RedeemVoucher(BalanceId balance, string code, CancellationToken cancellation = default)
    {
        // Looked at here as well: a repetition must not make two guesses of what is none.
        var read = VoucherCode.Read(code) ?? throw new ArgumentException($"This is no code: expected {VoucherCode.Length} letters and digits.", nameof(code));
        var grain = Vouchers(balance);
        return repetition.Call(() => grain.Redeem(read), cancellation);
    }

    public Task<VoucherView[]> GetVouchers(BalanceId balance, CancellationToken cancellation = default) =>
        repetition.Call(Balance(balance).Vouchers, cancellation);

    public Task<CampaignReply> CreateCampaign(string region, string campaign, CreateCampaign command, CancellationToken cancellation = default)
    {
        var grain = Campaign(region, campaign);
        return repetition.Call(() => grain.Create(command), cancellation);
    }

    public async Task<CampaignView[]> GetCampaigns(string region, int limit = 50, CancellationToken cancellation = default)
    {
        if (limit is < 1 or > 100) throw new ArgumentException($"The limit is {limit}: from 1 to 100.", nameof(limit));
        var index = VoucherIndex(region);
        var ids = await repetition.Call(() => index.Campaigns(limit), cancellation);
        var campaigns = await Task.WhenAll(ids.Select(id => FindCampaign(region, id, cancellation)));
        return [.. campaigns.OfType<CampaignView>()];
    }

    public Task<CampaignView?> FindCampaign(string region, string campaign, CancellationToken cancellation = default) =>
        repetition.Call(Campaign(region, campaign).Find, cancellation);

    public Task<RedemptionView[]> GetRedemptions(string region, string campaign, CancellationToken cancellation = default) =>
        repetition.Call(Campaign(region, campaign).Redemptions, cancellation);

    public Task<bool> RevokeCampaign(string region, string campaign, string by, string reason, CancellationToken cancellation = default)
    {
        var grain = Campaign(region, campaign);
        return repetition.Call(() => grain.Revoke(by, reason), cancellation);
    }

    public Task<bool> RevokeVoucher(string region, string campaign, RevokeVoucher command, CancellationToken cancellation = default)
    {
        var grain = Campaign(region, campaign);
        return repetition.Call(() => grain.RevokeVoucher(command), cancellation);
    }

    public async Task<VoucherLockView[]> GetVoucherLocks(string region, int limit = 100, CancellationToken cancellation = default)
    {
        if (limit is < 1 or > 100) throw new ArgumentException($"The limit is {limit}: from 1 to 100.", nameof(limit));
        var index = VoucherIndex(region);
        var tenants = await repetition.Call(() => index.Locked(limit), cancellation);
        var locks = await Task.WhenAll(tenants.Select(tenant => repetition.Call(Vouchers(new BalanceId(region, tenant)).FindLock, cancellation)));
        return [.. locks.OfType<VoucherLockView>()];
    }

    public Task<bool> UnlockVouchers(BalanceId balance, string by, CancellationToken cancellation = default)
    {
        var grain = Vouchers(balance);
        return repetition.Call(() => grain.Unlock(by), cancellation);
    }

    public Task<AdjustmentPreview> PreviewAdjustment(BalanceId balance, AdjustBalance command, CancellationToken cancellation = default) =>
        OfAdjustments(balance, command.Operation, grain => grain.Preview(command), cancellation);

    public Task<AdjustmentReply> Adjust(BalanceId balance, AdjustBalance command, ActingOperator by, CancellationToken cancellation = default) =>
        OfAdjustments(balance, command.Operation, grain => grain.Ask(command, by), cancellation);

    public Task<AdjustmentReply> ApproveAdjustment(BalanceId balance, string adjustment, ActingOperator by, CancellationToken cancellation = default) =>
        OfAdjustments(balance, adjustment, grain => grain.Approve(adjustment, by), cancellation);

    public Task<AdjustmentReply> WithdrawAdjustment(BalanceId balance, string adjustment, ActingOperator by, CancellationToken cancellation = default) =>
        OfAdjustments(balance, adjustment, grain => grain.Withdraw(adjustment, by), cancellation);

    public Task<WaitingAdjustment[]> GetWaitingAdjustments(BalanceId balance, CancellationToken cancellation = default) =>
        repetition.Call(Adjustments(balance).Waiting, cancellation);

    public Task<PostingReply> Charge(BalanceId balance, ChargeProduct command, CancellationToken cancellation = default) =>
        Post(balance, command.Operation, grain => grain.Charge(command), cancellation);

    public Task<bool> Watch(BalanceId balance, WatchBalance command, CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        return repetition.Call(() => grain.Watch(command), cancellation);
    }

    public Task<LedgerPage> GetLedger(BalanceId balance, LedgerQuery query, CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        return repetition.Call(() => grain.Ledger(query), cancellation);
    }

    public async IAsyncEnumerable<EntryView> ReadLedger(BalanceId balance, LedgerQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (var after = query.After ?? 0; ;)
        {
            var page = await GetLedger(balance, query with { After = after, Limit = 500 }, cancellation);
            foreach (var entry in page.Entries) yield return entry;
            if (page.After is not { } next) yield break;
            after = next;
        }
    }

    public Task<NoticeView[]> GetNotices(BalanceId balance, long? before = null, int limit = 50, CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        return repetition.Call(() => grain.Notices(before, limit), cancellation);
    }

    public Task<NoticeSettingsView> GetNoticeSettings(BalanceId balance, CancellationToken cancellation = default) =>
        repetition.Call(Notices(balance).Settings, cancellation);

    public Task<bool> SetNoticeLanguage(BalanceId balance, string? language, CancellationToken cancellation = default)
    {
        var notices = Notices(balance);
        return repetition.Call(() => notices.SetLanguage(language), cancellation);
    }

    public Task<WebhookReply> SetWebhook(BalanceId balance, SetWebhook command, CancellationToken cancellation = default)
    {
        GrainKeys.Id(command.Operation, nameof(command));
        var notices = Notices(balance);
        return repetition.Call(() => notices.SetWebhook(command), cancellation);
    }

    public Task<WebhookReply> RotateWebhookSecret(BalanceId balance, string operation, CancellationToken cancellation = default)
    {
        GrainKeys.Id(operation, nameof(operation));
        var notices = Notices(balance);
        return repetition.Call(() => notices.RotateSecret(operation), cancellation);
    }

    public Task<DeliveryView[]> GetDeliveries(BalanceId balance, DateTimeOffset? before = null, int limit = 50, CancellationToken cancellation = default)
    {
        if (limit is < 1 or > 200) throw new ArgumentException($"The limit is {limit}: from 1 to 200.", nameof(limit));
        var notices = Notices(balance);
        return repetition.Call(() => notices.Deliveries(before, limit), cancellation);
    }

    public Task<bool> ReplayWebhook(BalanceId balance, string delivery, CancellationToken cancellation = default)
    {
        var notices = Notices(balance);
        return repetition.Call(() => notices.Replay(delivery), cancellation);
    }

    public async IAsyncEnumerable<ChangesView> WatchChanges(
        BalanceId balance, long after, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        while (!cancellation.IsCancellationRequested)
        {
            ChangesView changes;
            try
            {
                changes = await repetition.CallForEver(() => grain.Changes(after, changesWait), changesTimeout, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                yield break;
            }
            // An older answer comes from an activation that does not know yet that it was replaced (M12).
            if (changes.Change <= after) continue;
            after = changes.Change;
            yield return changes;
        }
    }

    public Task<VmView[]> ListVms(BalanceId balance, bool withDeleted = false, CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        return repetition.Call(() => grain.ListVms(withDeleted), cancellation);
    }

    public Task<VmView?> FindVm(BalanceId balance, string vm, CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        return repetition.Call(() => grain.FindVm(vm), cancellation);
    }

    public Task<AdmissionReply> CreateVm(BalanceId balance, CreateVm command, CancellationToken cancellation = default)
    {
        GrainKeys.Id(command.Operation, nameof(command));
        GrainKeys.Id(command.Vm, nameof(command));
        var grain = Balance(balance);
        return repetition.Call(() => grain.CreateVm(command), cancellation);
    }

    public Task<VmReply> Ask(BalanceId balance, string vm, string operation, VmRequest request, CancellationToken cancellation = default)
    {
        GrainKeys.Id(operation, nameof(operation));
        if (request == VmRequest.Create) throw new ArgumentException($"A VM is made by {nameof(CreateVm)}.", nameof(request));
        var grain = Vm(balance, vm);
        return repetition.Call(() => grain.Ask(operation, request), cancellation);
    }

    public Task<VmReply> ChangeVm(BalanceId balance, string vm, ChangeVm change, CancellationToken cancellation = default)
    {
        var grain = Vm(balance, vm);
        return repetition.Call(() => grain.Change(change), cancellation);
    }

    public Task<StatusView[]> GetVmHistory(BalanceId balance, string vm, CancellationToken cancellation = default) =>
        repetition.Call(Vm(balance, vm).History, cancellation);

    public Task Report(BalanceId balance, string vm, StatusReport report, CancellationToken cancellation = default)
    {
        var grain = Vm(balance, vm);
        return repetition.Call(() => grain.Report(report), cancellation);
    }

    public Task<PackageView[]> GetPackages(string region, CancellationToken cancellation = default) =>
        repetition.Call(PriceList(region).Packages, cancellation);

    public Task<PriceReply> AddPrice(string region, AddPrice command, CancellationToken cancellation = default)
    {
        GrainKeys.Id(command.Operation, nameof(command));
        var prices = PriceList(region);
        return repetition.Call(() => prices.AddPrice(command), cancellation);
    }

    public Task<PricePreviewPage> PreviewPrice(string region, PreviewPrice price, string? after = null, int limit = 50, CancellationToken cancellation = default)
    {
        if (after is not null) GrainKeys.Id(after, nameof(after));
        var operations = Operations(region);
        return repetition.Call(() => operations.PreviewPrice(price, after, limit), cancellation);
    }

    public Task<RateView[]> GetRates(string region, Currency? currency = null, int limit = 100, CancellationToken cancellation = default)
    {
        var prices = PriceList(region);
        return repetition.Call(() => prices.Rates(currency, limit), cancellation);
    }

    public Task<RateReply> AddRate(string region, AddRate command, CancellationToken cancellation = default)
    {
        GrainKeys.Id(command.Operation, nameof(command));
        var prices = PriceList(region);
        return repetition.Call(() => prices.AddRate(command), cancellation);
    }

    public Task<TenantStandingView[]> GetTenants(
        string region, StandingLevel? standing = null, string? after = null, int limit = 100, CancellationToken cancellation = default)
    {
        var operations = Operations(region);
        return repetition.Call(() => operations.Tenants(standing, after, limit), cancellation);
    }

    public Task<TenantStandingView?> FindTenant(BalanceId tenant, CancellationToken cancellation = default)
    {
        var operations = Operations(tenant.Region);
        return repetition.Call(() => operations.FindTenant(tenant.Tenant), cancellation);
    }

    public Task<TenantOrderView[]> GetOrders(string region, int limit = 100, CancellationToken cancellation = default)
    {
        var operations = Operations(region);
        return repetition.Call(() => operations.Orders(limit), cancellation);
    }

    public Task<TenantStandingView[]> GetDeletionsDue(string region, int limit = 100, CancellationToken cancellation = default)
    {
        var operations = Operations(region);
        return repetition.Call(() => operations.DeletionsDue(limit), cancellation);
    }

    public Task<HoldView[]> GetHolds(string region, CancellationToken cancellation = default) =>
        repetition.Call(Operations(region).Holds, cancellation);

    public Task Hold(BalanceId balance, PlaceHold command, CancellationToken cancellation = default)
    {
        GrainKeys.Id(command.Hold, nameof(command));
        var grain = Balance(balance);
        return repetition.Call(() => grain.Hold(command), cancellation);
    }

    public Task<bool> Release(BalanceId balance, string hold, CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        return repetition.Call(() => grain.Release(hold), cancellation);
    }

    public Task HoldRegion(string region, PlaceHold command, CancellationToken cancellation = default)
    {
        GrainKeys.Id(command.Hold, nameof(command));
        var prices = PriceList(region);
        return repetition.Call(() => prices.Hold(command), cancellation);
    }

    public Task<bool> ReleaseRegion(string region, string hold, CancellationToken cancellation = default)
    {
        var prices = PriceList(region);
        return repetition.Call(() => prices.Release(hold), cancellation);
    }

    private Task<PostingReply> Post(BalanceId balance, string operation, Func<IBalanceGrain, Task<PostingReply>> command, CancellationToken cancellation)
    {
        GrainKeys.Id(operation, nameof(operation));
        var grain = Balance(balance);
        return repetition.Call(() => command(grain), cancellation);
    }

    private Task<T> OfAdjustments<T>(BalanceId balance, string operation, Func<IAdjustmentsGrain, Task<T>> call, CancellationToken cancellation)
    {
        GrainKeys.Id(operation, nameof(operation));
        var grain = Adjustments(balance);
        return repetition.Call(() => call(grain), cancellation);
    }

    private IAdjustmentsGrain Adjustments(BalanceId balance) => cluster.GetGrain<IAdjustmentsGrain>(GrainKeys.Of(balance));

    private IBalanceGrain Balance(BalanceId balance) => cluster.GetGrain<IBalanceGrain>(GrainKeys.Of(balance));

    private INoticesGrain Notices(BalanceId balance) => cluster.GetGrain<INoticesGrain>(GrainKeys.Of(balance));

    private IBillingProfileGrain Profile(BalanceId balance) => cluster.GetGrain<IBillingProfileGrain>(GrainKeys.Of(balance));

    private IVmGrain Vm(BalanceId balance, string vm) => cluster.GetGrain<IVmGrain>(GrainKeys.Of(balance, vm));

    private IPaymentGrain Payment(string payment) => cluster.GetGrain<IPaymentGrain>(GrainKeys.OfPayment(payment));

    private IVouchersGrain Vouchers(BalanceId balance) => cluster.GetGrain<IVouchersGrain>(GrainKeys.Of(balance));

    private IVoucherCampaignGrain Campaign(string region, string campaign) => cluster.GetGrain<IVoucherCampaignGrain>(GrainKeys.OfCampaign(region, campaign));

    private IVoucherIndexGrain VoucherIndex(string region) => cluster.GetGrain<IVoucherIndexGrain>(GrainKeys.OfRegion(region));

    private IGatewaysGrain Gateways => cluster.GetGrain<IGatewaysGrain>(0);

    private IPriceListGrain PriceList(string region) => cluster.GetGrain<IPriceListGrain>(GrainKeys.OfRegion(region));

    private IOperationsGrain Operations(string region) => cluster.GetGrain<IOperationsGrain>(GrainKeys.OfRegion(region));
}
