using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Notices;
using OrleansBilling.Contracts.Operations;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Contracts.Plans;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Contracts.Tenants;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Client;

/// <summary>
/// The billing system as a portal backend embeds it. Every command carries an id made by its caller; a call whose answer was lost is
/// repeated here with that id, and may be repeated by the caller, without being done twice (M5). When all repetitions fail a
/// <see cref="BillingUnavailableException"/> says so: the outcome is unknown, and the same command may be sent again later.
/// </summary>
public interface IBillingClient
{
    /// <summary>Signs a person in at a region's portal; makes the tenant the first time, exactly once (policy 1.3).</summary>
    /// <param name="region">The region's code.</param>
    /// <param name="subject">Who it is, as the identity provider names them; 1–200 characters, kept apart by region.</param>
    /// <param name="email">The address to show.</param>
    /// <param name="cancellation">Stops waiting; what was sent may still happen.</param>
    Task<TenantView> SignIn(string region, string subject, string email, CancellationToken cancellation = default);

    /// <summary>The balance now.</summary>
    Task<BalanceView> GetBalance(BalanceId balance, CancellationToken cancellation = default);

    /// <summary>Chooses the balance's currency before its first money does (policy 1.4): the region's list currency, or one with an exchange rate in force.</summary>
    Task<CurrencyResult> ChooseCurrency(BalanceId balance, Currency currency, CancellationToken cancellation = default);

    /// <summary>Who pays; null before anybody said so.</summary>
    Task<BillingProfile?> FindBillingProfile(BalanceId balance, CancellationToken cancellation = default);

    /// <summary>Says who pays, in place of what was said before. Null when it is stored; else what is wrong with it, and nothing has changed.</summary>
    /// <param name="balance">Whose.</param>
    /// <param name="operation">The caller's id: a change that is repeated, however late, does not undo a later one (M5).</param>
    /// <param name="profile">Who pays.</param>
    /// <param name="cancellation">Stops waiting; what was sent may still happen.</param>
    Task<BillingProfileFault?> SetBillingProfile(BalanceId balance, string operation, BillingProfile profile, CancellationToken cancellation = default);

    /// <summary>Adds paid-in credit (policy 2.2).</summary>
    Task<PostingReply> TopUp(BalanceId balance, TopUp command, CancellationToken cancellation = default);

    /// <summary>The ways to pay that a region offers now: in its list currency, and in those with an exchange rate in force (policy 1.4).</summary>
    Task<PaymentOfferView[]> GetPaymentOffers(string region, CancellationToken cancellation = default);

    /// <summary>
    /// Begins a payment at a gateway (policy 2.2), of a tenant who has said who pays. The balance is credited when the gateway says so to the billing system itself, however the browser comes back (M9).
    /// </summary>
    /// <param name="payment">The payment's id, made by the caller, unique among all balances for ever: the same again is the same payment.</param>
    /// <param name="command">What is asked for.</param>
    /// <param name="cancellation">Stops waiting; what was sent may still happen.</param>
    Task<PaymentReply> StartPayment(string payment, StartPayment command, CancellationToken cancellation = default);

    /// <summary>A payment; null when the balance has none of that id.</summary>
    Task<PaymentView?> FindPayment(BalanceId balance, string payment, CancellationToken cancellation = default);

    /// <summary>The newest payments, newest first.</summary>
    /// <param name="balance">Whose.</param>
    /// <param name="limit">1 to 100.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<PaymentView[]> GetPayments(BalanceId balance, int limit = 50, CancellationToken cancellation = default);

    /// <summary>
    /// Hands in what arrived at a gateway's notification address, as it arrived: the billing system verifies it. Null when no such gateway is set up; else what the
    /// gateway is to be answered, unchanged. On an exception answer 503, so that the gateway sends it again.
    /// </summary>
    Task<NotificationReply?> TakeNotification(GatewayNotification notification, CancellationToken cancellation = default);

    /// <summary>Payments whose money a balance of the region refuses, oldest first.</summary>
    Task<StuckPaymentView[]> GetStuckPayments(string region, int limit = 100, CancellationToken cancellation = default);

    /// <summary>Ends what is stuck of a payment, by an operator's word that it was dealt with outside the ledger. The same word again changes nothing.</summary>
    Task<SettlementReply> SettlePayment(string payment, SettlePayment command, CancellationToken cancellation = default);

    /// <summary>Adds billing-plan or voucher credit (policy 2.3–2.6). For programs: it has no limit.</summary>
    Task<PostingReply> Grant(BalanceId balance, GrantCredit command, CancellationToken cancellation = default);

    /// <summary>
    /// The same by an operator's hand: above the limit of adjustments it is refused as <see cref="PostingResult.NeedsApproval"/>, because an adjustment is the way that two operators decide.
    /// </summary>
    Task<PostingReply> GrantByHand(BalanceId balance, GrantCredit command, CancellationToken cancellation = default);

    /// <summary>
    /// Redeems a voucher's code (policy 2.3). The code makes it once: the same again gets the same answer. A wrong one counts as a guess, and too many lock the tenant.
    /// </summary>
    /// <param name="balance">Whose balance is credited.</param>
    /// <param name="code">As a person types it.</param>
    /// <param name="cancellation">Stops waiting; what was sent may still happen.</param>
    /// <exception cref="ArgumentException">It has not the form of a code (<see cref="VoucherCode.Read"/>); that is no guess.</exception>
    Task<RedemptionReply> RedeemVoucher(BalanceId balance, string code, CancellationToken cancellation = default);

    /// <summary>The voucher credit of a balance, newest first, with what is used up, expired or revoked.</summary>
    Task<VoucherView[]> GetVouchers(BalanceId balance, CancellationToken cancellation = default);

    /// <summary>
    /// Makes a campaign of vouchers. Its codes are in the answer and nowhere else: show them, and keep them from the log. Above the limit of adjustments, all vouchers together, it has
    /// none before a second operator approves; then the same command gets them.
    /// </summary>
    /// <param name="region">Its region.</param>
    /// <param name="campaign">Its id, made by the caller, unique within the region for ever: the same again is the same campaign.</param>
    /// <param name="command">What it is.</param>
    /// <param name="cancellation">Stops waiting; what was sent may still happen.</param>
    /// <exception cref="ArgumentException">The terms make no sense.</exception>
    Task<CampaignReply> CreateCampaign(string region, string campaign, CreateCampaign command, CancellationToken cancellation = default);

    /// <summary>Approves a campaign that another operator asked for. Gets no codes.</summary>
    Task<CampaignReply> ApproveCampaign(string region, string campaign, ActingOperator by, CancellationToken cancellation = default);

    /// <summary>The newest campaigns of a region, newest first.</summary>
    /// <param name="region">Which region.</param>
    /// <param name="limit">1 to 100.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<CampaignView[]> GetCampaigns(string region, int limit = 50, CancellationToken cancellation = default);

    /// <summary>A campaign; null when the region has none of that id.</summary>
    Task<CampaignView?> FindCampaign(string region, string campaign, CancellationToken cancellation = default);

    /// <summary>Who has redeemed a voucher of a campaign, oldest first; empty for an unknown one.</summary>
    Task<RedemptionView[]> GetRedemptions(string region, string campaign, CancellationToken cancellation = default);

    /// <summary>
    /// Takes back all vouchers of a campaign: none can be redeemed any more, and what is left of their credit leaves the balances. False when there is no such campaign.
    /// </summary>
    Task<bool> RevokeCampaign(string region, string campaign, string by, string reason, CancellationToken cancellation = default);

    /// <summary>Takes back one voucher of a campaign; false when it has no such one.</summary>
    Task<bool> RevokeVoucher(string region, string campaign, RevokeVoucher command, CancellationToken cancellation = default);

    /// <summary>The tenants of a region that are locked for guessing codes, the last one first.</summary>
    /// <param name="region">Which region.</param>
    /// <param name="limit">1 to 100.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<VoucherLockView[]> GetVoucherLocks(string region, int limit = 100, CancellationToken cancellation = default);

    /// <summary>Lets a tenant redeem codes again; false when it was not locked.</summary>
    Task<bool> UnlockVouchers(BalanceId balance, string by, CancellationToken cancellation = default);

    /// <summary>Makes a billing plan: a period, its credit, what is to be paid, own prices, renewal (policy 2.4, 3.7). For programs: it has no limit.</summary>
    /// <exception cref="ArgumentException">The terms make no sense.</exception>
    Task<PlanResult> MakePlan(BalanceId balance, MakePlan command, CancellationToken cancellation = default);

    /// <summary>
    /// The same by an operator's hand: a plan that gives more than the limit of adjustments (<see cref="Domain.Plans.PlanWorth"/>: credit, own prices, renewals) waits with them, without any effect, until <see cref="ApproveAdjustment"/> makes it.
    /// </summary>
    /// <param name="balance">Whose.</param>
    /// <param name="command">What; above the limit its operation is the id to approve, or to withdraw.</param>
    /// <param name="by">Who asks, and is recorded; the caller has signed them in.</param>
    /// <param name="cancellation">Stops waiting; what was sent may still happen.</param>
    /// <exception cref="ArgumentException">The terms make no sense.</exception>
    Task<AdjustmentReply> MakePlanByHand(BalanceId balance, MakePlan command, ActingOperator by, CancellationToken cancellation = default);

    /// <summary>Records what was paid for a plan; the balance does not change.</summary>
    Task<PlanResult> RecordPlanPayment(BalanceId balance, RecordPlanPayment command, CancellationToken cancellation = default);

    /// <summary>Says whether the next period of a plan follows at the end of the present one, at least a minute before that.</summary>
    Task<PlanResult> SwitchPlanRenewal(BalanceId balance, SwitchPlanRenewal command, CancellationToken cancellation = default);

    /// <summary>
    /// The same by an operator's hand: where what the plan would give by renewing is above the limit of adjustments it is not switched on (<see cref="PlanResult.NeedsApproval"/>), because a plan that is made
    /// anew is the way that two decide.
    /// </summary>
    Task<PlanResult> SwitchPlanRenewalByHand(BalanceId balance, SwitchPlanRenewal command, CancellationToken cancellation = default);

    /// <summary>Cancels a plan at least a minute before its start.</summary>
    Task<PlanResult> CancelPlan(BalanceId balance, CancelPlan command, CancellationToken cancellation = default);

    /// <summary>Every period of a balance's plans, the latest start first: how each stands, what of it is paid and left, and how long that lasts.</summary>
    Task<PlanView[]> GetPlans(BalanceId balance, CancellationToken cancellation = default);

    /// <summary>What an adjustment would do now, and whether a second operator must approve it. Changes nothing.</summary>
    Task<AdjustmentPreview> PreviewAdjustment(BalanceId balance, AdjustBalance command, CancellationToken cancellation = default);

    /// <summary>Puts a balance right, by an operator: at once, or above a limit when another operator approves.</summary>
    /// <param name="balance">Whose.</param>
    /// <param name="command">What.</param>
    /// <param name="by">Who asks; the caller has signed them in.</param>
    /// <param name="cancellation">Stops waiting; what was sent may still happen.</param>
    Task<AdjustmentReply> Adjust(BalanceId balance, AdjustBalance command, ActingOperator by, CancellationToken cancellation = default);

    /// <summary>Approves an adjustment or a billing plan that another operator asked for, by its operation id, and posts or makes it, when the balance still takes it.</summary>
    Task<AdjustmentReply> ApproveAdjustment(BalanceId balance, string adjustment, ActingOperator by, CancellationToken cancellation = default);

    /// <summary>Takes back an adjustment or a billing plan that waits.</summary>
    Task<AdjustmentReply> WithdrawAdjustment(BalanceId balance, string adjustment, ActingOperator by, CancellationToken cancellation = default);

    /// <summary>The adjustments and billing plans of a balance that wait for a second operator, oldest first.</summary>
    Task<WaitingAdjustment[]> GetWaitingAdjustments(BalanceId balance, CancellationToken cancellation = default);

    /// <summary>Charges another product: the entrance for all that is not a GPU VM (policy 3.12). Never refused for lack of credit.</summary>
    Task<PostingReply> Charge(BalanceId balance, ChargeProduct command, CancellationToken cancellation = default);

    /// <summary>The same by an operator's hand: above the limit of adjustments it is refused as <see cref="PostingResult.NeedsApproval"/>.</summary>
    Task<PostingReply> ChargeByHand(BalanceId balance, ChargeProduct command, CancellationToken cancellation = default);

    /// <summary>Sets what the tenant wants to be told (policy 4.3); false when the id was used with other content.</summary>
    Task<bool> Watch(BalanceId balance, WatchBalance command, CancellationToken cancellation = default);

    /// <summary>A page of the ledger, newest first, or oldest first after a number.</summary>
    Task<LedgerPage> GetLedger(BalanceId balance, LedgerQuery query, CancellationToken cancellation = default);

    /// <summary>
    /// The entries that meet a query's conditions, oldest first, however many: read page by page while they are taken, so that few are in memory.
    /// Its limit does not count. What is posted meanwhile may be among them; <see cref="LedgerQuery.Before"/> is the way to an end that stays.
    /// </summary>
    IAsyncEnumerable<EntryView> ReadLedger(BalanceId balance, LedgerQuery query, CancellationToken cancellation = default);

    /// <summary>The newest notices, newest first; before a number when given.</summary>
    Task<NoticeView[]> GetNotices(BalanceId balance, long? before = null, int limit = 50, CancellationToken cancellation = default);

    /// <summary>How the tenant is told besides by <see cref="GetNotices"/>: language and endpoint. Threshold and recipients are the balance's.</summary>
    Task<NoticeSettingsView> GetNoticeSettings(BalanceId balance, CancellationToken cancellation = default);

    /// <summary>Sets the language of notices; false for another than these.</summary>
    /// <param name="balance">Whose.</param>
    /// <param name="operation">The caller's id: a change that is repeated, however late, does not undo a later one (M5).</param>
    /// <param name="language"><c>en</c>, <c>vi</c>, <c>ja</c>, or null for the region's.</param>
    /// <param name="cancellation">Stops waiting; what was sent may still happen.</param>
    Task<bool> SetNoticeLanguage(BalanceId balance, string operation, string? language, CancellationToken cancellation = default);

    /// <summary>Sets or removes the endpoint of signed webhooks (Standard Webhooks 1.0.0). The first one gets a secret, which is told here and never again.</summary>
    Task<WebhookReply> SetWebhook(BalanceId balance, SetWebhook command, CancellationToken cancellation = default);

    /// <summary>Makes a new secret for the endpoint, told here and never again. For a day the one before signs too.</summary>
    /// <param name="balance">Whose.</param>
    /// <param name="operation">The caller's id.</param>
    /// <param name="cancellation">Stops waiting; what was sent may still happen.</param>
    Task<WebhookReply> RotateWebhookSecret(BalanceId balance, string operation, CancellationToken cancellation = default);

    /// <summary>What became of notices by e-mail and webhook, newest first; a page of them.</summary>
    /// <param name="balance">Whose.</param>
    /// <param name="before">Go on after the one of this <see cref="DeliveryView.Id"/>, the last one seen; null: from the newest.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="ArgumentException">The balance has no delivery of that id, or the limit is another.</exception>
    Task<DeliveryView[]> GetDeliveries(BalanceId balance, string? before = null, int limit = 50, CancellationToken cancellation = default);

    /// <summary>Sends a webhook again, under its id; false when the balance has none of that id.</summary>
    Task<bool> ReplayWebhook(BalanceId balance, string delivery, CancellationToken cancellation = default);

    /// <summary>
    /// What changes, from a change number on: 0 for everything there is, else the number of the last change seen. Ends when cancelled;
    /// survives the loss of a silo. A number lower than the last one begins anew, with everything there is: the database was restored from an older backup.
    /// </summary>
    IAsyncEnumerable<ChangesView> WatchChanges(BalanceId balance, long after, CancellationToken cancellation = default);

    /// <summary>The VMs in the order of their creation.</summary>
    Task<VmView[]> ListVms(BalanceId balance, bool withDeleted = false, CancellationToken cancellation = default);

    /// <summary>One VM; null when the balance has none of that id.</summary>
    Task<VmView?> FindVm(BalanceId balance, string vm, CancellationToken cancellation = default);

    /// <summary>Asks for a new VM; refused below one hour's cost (policy 4.1).</summary>
    Task<AdmissionReply> CreateVm(BalanceId balance, CreateVm command, CancellationToken cancellation = default);

    /// <summary>Powers on, powers off, reboots or deletes a VM.</summary>
    /// <param name="balance">Whose VM.</param>
    /// <param name="vm">Its id.</param>
    /// <param name="operation">The caller's id.</param>
    /// <param name="request">Anything but <see cref="VmRequest.Create"/>.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<VmReply> Ask(BalanceId balance, string vm, string operation, VmRequest request, CancellationToken cancellation = default);

    /// <summary>Renames, locks or unlocks a VM, chooses automatic resume.</summary>
    Task<VmReply> ChangeVm(BalanceId balance, string vm, ChangeVm change, CancellationToken cancellation = default);

    /// <summary>The recorded statuses of a VM, from which its usage is computed (policy 3.9); empty for an unknown one.</summary>
    Task<StatusView[]> GetVmHistory(BalanceId balance, string vm, CancellationToken cancellation = default);

    /// <summary>Hands in a status report of a machine platform that lives outside the cluster.</summary>
    Task Report(BalanceId balance, string vm, StatusReport report, CancellationToken cancellation = default);

    /// <summary>The packages of a region with their prices.</summary>
    Task<PackageView[]> GetPackages(string region, CancellationToken cancellation = default);

    /// <summary>Enters a price to come (policy 3.7).</summary>
    Task<PriceReply> AddPrice(string region, AddPrice command, CancellationToken cancellation = default);

    /// <summary>
    /// Whom a price to come would touch, and what it would do to their burn rate and runway, at most 100 tenants at a time, after one when given. Changes nothing.
    /// </summary>
    Task<PricePreviewPage> PreviewPrice(string region, PreviewPrice price, string? after = null, int limit = 50, CancellationToken cancellation = default);

    /// <summary>The newest exchange rates of a region, newest first; of a currency when given.</summary>
    Task<RateView[]> GetRates(string region, Currency? currency = null, int limit = 100, CancellationToken cancellation = default);

    /// <summary>Enters an exchange rate to come (policy 3.7).</summary>
    Task<RateReply> AddRate(string region, AddRate command, CancellationToken cancellation = default);

    /// <summary>Tenants of a region by id; only of a standing when given.</summary>
    Task<TenantStandingView[]> GetTenants(string region, StandingLevel? standing = null, string? after = null, int limit = 100, CancellationToken cancellation = default);

    /// <summary>One tenant of a region; null when it has none of that id.</summary>
    Task<TenantStandingView?> FindTenant(BalanceId tenant, CancellationToken cancellation = default);

    /// <summary>Orders of a region that are underway, oldest first.</summary>
    Task<TenantOrderView[]> GetOrders(string region, int limit = 100, CancellationToken cancellation = default);

    /// <summary>Tenants of a region whose VMs are to be deleted, soonest first.</summary>
    Task<TenantStandingView[]> GetDeletionsDue(string region, int limit = 100, CancellationToken cancellation = default);

    /// <summary>Holds of a region that are in force.</summary>
    Task<HoldView[]> GetHolds(string region, CancellationToken cancellation = default);

    /// <summary>Holds automatic stops or deletions of one tenant (policy 4.11).</summary>
    Task Hold(BalanceId balance, PlaceHold command, CancellationToken cancellation = default);

    /// <summary>Ends a tenant's hold; false when there is none of that id in force.</summary>
    Task<bool> Release(BalanceId balance, string hold, CancellationToken cancellation = default);

    /// <summary>Holds automatic stops or deletions of a whole region.</summary>
    Task HoldRegion(string region, PlaceHold command, CancellationToken cancellation = default);

    /// <summary>Ends a region's hold.</summary>
    Task<bool> ReleaseRegion(string region, string hold, CancellationToken cancellation = default);
}
