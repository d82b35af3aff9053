using Orleans.Concurrency;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Plans;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Contracts.Balances;

/// <summary>
/// The balance of one tenant in one region; its key is a <see cref="BalanceId"/>. Every change is durable before its caller is told.
/// A call that fails or times out has an unknown outcome: repeat it with the same id.
/// </summary>
[Alias("balance")]
public interface IBalanceGrain : IGrainWithStringKey
{
    /// <summary>Opens the balance of a tenant at its first sign-in; later ones change nothing.</summary>
    [Alias("open")] Task Open(string email);

    /// <summary>Adds paid-in credit, once per operation id.</summary>
    [Alias("top-up")] Task<PostingReply> TopUp(TopUp command);

    /// <summary>Takes back paid-in credit, once per operation id. Called by a payment of this balance.</summary>
    [Alias("take-back")] Task<PostingReply> TakeBack(TakeBack command);

    /// <summary>Tells the tenant that a payment came to nothing, once per operation id. Called by the payment.</summary>
    [Alias("tell-payment-failed")] Task TellPaymentFailed(TellPaymentFailed command);

    /// <summary>Adds billing-plan or voucher credit, once per operation id.</summary>
    [Alias("grant")] Task<PostingReply> Grant(GrantCredit command);

    /// <summary>Adds the credit of a redeemed voucher, once per operation id. Called by the voucher.</summary>
    [Alias("redeem")] Task<PostingReply> Redeem(RedeemCredit command);

    /// <summary>Takes back what is left of a lot; twice is once. Called by its voucher.</summary>
    [Alias("revoke-credit")] Task RevokeCredit(string lot, string reason);

    /// <summary>Its voucher credit, newest first, with what has ended.</summary>
    [Alias("vouchers")] Task<VoucherView[]> Vouchers();

    /// <summary>Makes a billing plan, once per operation id (policy 2.4).</summary>
    [Alias("make-plan")] Task<PlanResult> MakePlan(MakePlan command);

    /// <summary>What <see cref="MakePlan"/> would answer when it would make nothing; null: it would make the plan now. Changes nothing.</summary>
    [Alias("preview-plan")] Task<PlanResult?> PreviewPlan(MakePlan command);

    /// <summary>Records a payment for a plan, once per operation id. The balance does not change.</summary>
    [Alias("record-plan-payment")] Task<PlanResult> RecordPlanPayment(RecordPlanPayment command);

    /// <summary>Says whether a plan renews, once per operation id.</summary>
    [Alias("switch-plan-renewal")] Task<PlanResult> SwitchPlanRenewal(SwitchPlanRenewal command);

    /// <summary>Cancels a plan before its start.</summary>
    [Alias("cancel-plan")] Task<PlanResult> CancelPlan(CancelPlan command);

    /// <summary>Every period of its plans, the latest start first.</summary>
    [Alias("plans")] Task<PlanView[]> Plans();

    /// <summary>Charges another product, once per operation id; the entrance for them all (policy 3.12).</summary>
    [Alias("charge")] Task<PostingReply> Charge(ChargeProduct command);

    /// <summary>Posts what operators put right, once per operation id. Called by this balance's adjustments, which see to it that as many operators want it as must.</summary>
    [Alias("adjust")] Task<PostingReply> Adjust(AdjustBalance command, string by);

    /// <summary>What an adjustment would do now. Changes nothing.</summary>
    [Alias("preview-adjustment")] Task<AdjustmentPreview> PreviewAdjustment(AdjustBalance command);

    /// <summary>Asks for a new VM; an admitted one counts at once (policy 4.2).</summary>
    [Alias("create-vm")] Task<AdmissionReply> CreateVm(CreateVm command);

    /// <summary>Asks whether a VM may be powered on or rebooted (policy 4.1). Called by the VM.</summary>
    [Alias("admit")] Task<AdmissionReply> Admit(string vm, VmRequest request);

    /// <summary>
    /// Takes a VM's reading (policy 3.11), which says by which own prices the meter was read; null: by none (policy 3.7). And which revision of the VM this balance has
    /// answered for last; 0: none. Called by the VM.
    /// </summary>
    [Alias("report")] Task<ReadingReply> Report(string vm, [Immutable] MeterReading reading, [Immutable] VmTraits traits, [Immutable] PlanPrices? own = null, int heard = 0);

    /// <summary>Whether an order still holds; from then on the VM obeys it (policy 4.8). Called by the VM.</summary>
    [Alias("begin-order")] Task<bool> BeginOrder(string order);

    /// <summary>Sets what the tenant wants to be told; false when the id was used with other content.</summary>
    [Alias("watch")] Task<bool> Watch(WatchBalance command);

    /// <summary>Chooses the currency before there is any money (policy 1.4).</summary>
    [Alias("choose-currency")] Task<CurrencyResult> ChooseCurrency(Currency currency);

    /// <summary>Places a hold (policy 4.11).</summary>
    [Alias("hold")] Task Hold(PlaceHold command);

    /// <summary>
    /// Says what each open dispute of a payment has taken now (policy 4.11): those that have a hold hold that much from now on, the others get one. It names the state
    /// to reach, so twice is once. Called by the payment.
    /// </summary>
    [Alias("hold-disputes")] Task HoldDisputes(PlaceHold[] disputes);

    /// <summary>Ends a hold; false when there is none of that id in force.</summary>
    [Alias("release")] Task<bool> Release(string hold);

    /// <summary>Does what is due; harmless at any time.</summary>
    [Alias("wake")] Task Wake();

    /// <summary>The balance now.</summary>
    [Alias("read")] Task<BalanceView> Read();

    /// <summary>Its VMs in the order of their creation, deleted ones last and only when asked for.</summary>
    [Alias("list-vms")] Task<VmView[]> ListVms(bool withDeleted);

    /// <summary>One VM; null when there is none.</summary>
    [Alias("find-vm")] Task<VmView?> FindVm(string vm);

    /// <summary>A page of the ledger.</summary>
    [Alias("ledger")] Task<LedgerPage> Ledger(LedgerQuery query);

    /// <summary>The newest notices, newest first; before a number when given.</summary>
    [Alias("notices")] Task<NoticeView[]> Notices(long? before, int limit);

    /// <summary>What has changed since a change number; waits for a change up to a time of at most 20 s, then answers all the same.</summary>
    [Alias("changes"), AlwaysInterleave] Task<ChangesView> Changes(long after, TimeSpan wait);
}
