using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Credits;

namespace OrleansBilling.Client;

internal sealed partial class BillingClient
{
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

    public Task<PostingReply> GrantByHand(BalanceId balance, GrantCredit command, CancellationToken cancellation = default) =>
        OfAdjustments(balance, command.Operation, grain => grain.Grant(command), cancellation);

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

    public Task<CampaignReply> ApproveCampaign(string region, string campaign, ActingOperator by, CancellationToken cancellation = default)
    {
        var grain = Campaign(region, campaign);
        return repetition.Call(() => grain.Approve(by), cancellation);
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

    public Task<PostingReply> ChargeByHand(BalanceId balance, ChargeProduct command, CancellationToken cancellation = default) =>
        OfAdjustments(balance, command.Operation, grain => grain.Charge(command), cancellation);

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

    private IPaymentGrain Payment(string payment) => cluster.GetGrain<IPaymentGrain>(GrainKeys.OfPayment(payment));

    private IVouchersGrain Vouchers(BalanceId balance) => cluster.GetGrain<IVouchersGrain>(GrainKeys.Of(balance));

    private IVoucherCampaignGrain Campaign(string region, string campaign) => cluster.GetGrain<IVoucherCampaignGrain>(GrainKeys.OfCampaign(region, campaign));

    private IVoucherIndexGrain VoucherIndex(string region) => cluster.GetGrain<IVoucherIndexGrain>(GrainKeys.OfRegion(region));

    private IGatewaysGrain Gateways => cluster.GetGrain<IGatewaysGrain>(0);
}
