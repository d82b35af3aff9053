using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Portal.Profiles;

namespace OrleansBilling.Portal.Errors;

/// <summary>The cluster's refusals as problems; null for what was done.</summary>
internal static class Refusals
{
    public static ProblemHttpResult? Of(PostingReply reply) => reply.Result switch
    {
        PostingResult.Posted or PostingResult.Pending => null,
        PostingResult.OperationReused => Problem.OperationReused(),
        PostingResult.OtherCurrency => Problem.Of(409, "other_currency", "The balance has another currency, fixed by its first money. Nothing changed."),
        PostingResult.NoRate => WithoutRate(),
        PostingResult.LotExists => Problem.Of(409, "lot_exists", "The balance has a lot of that id. Nothing changed."),
        PostingResult.UnknownLot => Problem.Of(404, "unknown_lot", "The balance has no lot of that id and kind that pays now. Nothing changed."),
        PostingResult.LotTooSmall => Problem.Of(409, "lot_too_small", "Less is left of the lot than was to be taken from it. Nothing was taken."),
        PostingResult.AlreadyExpired => Problem.Of(422, "already_expired", "The credit would end before it begins, or has ended. Nothing changed."),
        PostingResult.NeedsApproval => Problem.Of(
            422, "approval_needed", "More than one operator alone gives or takes, by the setting Adjustments:ApprovalAbove. Ask for it as an adjustment, which a second operator approves. Nothing changed.",
            ("at", "$.amount")),
        _ => throw new InvalidOperationException($"Unknown result of a posting: {reply.Result}."),
    };

    public static ProblemHttpResult? Of(PlanResult result) => result switch
    {
        PlanResult.Done => null,
        PlanResult.OperationReused => Problem.OperationReused(),
        PlanResult.OtherCurrency => Problem.Of(409, "other_currency", "The balance has another currency, fixed by its first money. Nothing changed."),
        PlanResult.NoRate => WithoutRate(),
        PlanResult.PlanExists => Problem.Of(409, "plan_exists", "The balance has a plan of that id. Nothing changed."),
        PlanResult.UnknownPlan => Problem.Of(404, "unknown_plan", "The balance has no plan of that id, or no such period of it."),
        PlanResult.TooLate => Problem.Of(422, "too_late", "A plan begins, is cancelled before its start and changes its renewal before its end at least a minute ahead. Nothing changed."),
        PlanResult.UnknownPackage => Problem.Of(404, "unknown_package", "The region has no such package, or no price for it at the plan's start. See /api/packages."),
        PlanResult.PriceOverlap => Problem.Of(409, "price_overlap", "Another plan of the tenant prices the same package at the same time, or would when it renews. Nothing changed."),
        PlanResult.PaymentOutOfRange => Problem.Of(409, "payment_out_of_range", "More would be paid for the plan than is due, or less than nothing. Nothing changed."),
        PlanResult.PlanCancelled => Problem.Of(409, "plan_cancelled", "The plan was cancelled: nothing more is paid for it. Nothing changed."),
        PlanResult.NeedsApproval => Problem.Of(
            422, "approval_needed", "The plan would give more by renewing than one operator alone gives, by the setting Adjustments:ApprovalAbove. Make it anew with its renewal, which a second operator approves. Nothing changed."),
        _ => throw new InvalidOperationException($"Unknown result of a plan: {result}."),
    };

    public static ProblemHttpResult? Of(CurrencyResult result) => result switch
    {
        CurrencyResult.Chosen => null,
        CurrencyResult.OtherCurrency => Problem.Of(409, "other_currency", "The balance has another currency, fixed once. Nothing changed."),
        CurrencyResult.NoRate => WithoutRate(),
        _ => throw new InvalidOperationException($"Unknown result of a choice of currency: {result}."),
    };

    public static ProblemHttpResult? Of(PaymentReply reply) => reply.Result switch
    {
        PaymentResult.Started => null,
        PaymentResult.OperationReused => Problem.OperationReused(),
        PaymentResult.NotOffered => Problem.Of(422, "payment_not_offered", $"{reply.Reason} See /api/payment-gateways."),
        PaymentResult.BelowMinimum => Problem.Of(422, "below_minimum", reply.Reason, ("at", "$.amount")),
        PaymentResult.AmountRefused => Problem.Of(422, "amount_not_taken", reply.Reason, ("at", "$.amount")),
        PaymentResult.OtherCurrency => Problem.Of(409, "other_currency", "The balance has another currency, fixed by its first money. Nothing changed."),
        PaymentResult.NoRate => WithoutRate(),
        PaymentResult.ProfileMissing => BillingProfileEndpoints.Missing(409),
        PaymentResult.GatewayUnavailable => Problem.Of(503, "gateway_unavailable", "The gateway does not answer. Nobody has paid; send it again with the same Idempotency-Key."),
        _ => throw new InvalidOperationException($"Unknown result of a payment: {reply.Result}."),
    };

    public static ProblemHttpResult? Of(RedemptionReply reply) => reply.Result switch
    {
        RedemptionResult.Redeemed => null,
        RedemptionResult.NotAccepted => Problem.Of(422, "voucher_not_accepted", "This code cannot be redeemed here and now.", ("at", "$.code")),
        RedemptionResult.OtherCurrency => Problem.Of(409, "other_currency", "The balance has another currency than the voucher, fixed by its first money. Nothing changed."),
        RedemptionResult.NoRate => WithoutRate("$.code"),
        RedemptionResult.CampaignUsed => Problem.Of(409, "campaign_used", "You have redeemed another voucher of the same campaign. Nothing changed."),
        RedemptionResult.Locked => Problem.Of(429, "vouchers_locked", "Too many codes were wrong: none is looked at for a while.", ("until", reply.LockedUntil)),
        RedemptionResult.NotSetUp => NoVouchers(),
        RedemptionResult.ProfileMissing => BillingProfileEndpoints.Missing(409),
        _ => throw new InvalidOperationException($"Unknown result of a redemption: {reply.Result}."),
    };

    public static ProblemHttpResult? Of(CampaignReply reply) => reply.Result switch
    {
        CampaignResult.Created when reply.Codes.Length > 0 => null,
        CampaignResult.Created => Problem.Of(
            409, "codes_were_shown", "The campaign exists, and its codes have been shown; they are kept nowhere. Revoke it and make another if they are lost.", ("campaign", reply.Campaign!.Id)),
        CampaignResult.OperationReused => Problem.OperationReused(),
        CampaignResult.NotSetUp => NoVouchers(),
        CampaignResult.AwaitingApproval => null,
        CampaignResult.OwnKeyRequired => OwnKeyRequired(),
        CampaignResult.SameOperator => SameOperator(),
        CampaignResult.Unknown => Problem.Of(404, "unknown_campaign", "No campaign of that id waits for approval."),
        _ => throw new InvalidOperationException($"Unknown result of a campaign: {reply.Result}."),
    };

    private static ProblemHttpResult WithoutRate(string at = "$.currency") =>
        Problem.Of(422, "currency_without_rate", "The region has no exchange rate for this currency yet, so nothing could be priced in it. Nothing changed.", ("at", at));

    public static ProblemHttpResult OwnKeyRequired() => Problem.Of(
        403, "own_key_required", "Above the limit two operators decide, each signed in with a key of their own: see the settings Operators:Keys and Adjustments:ApprovalAbove.");

    public static ProblemHttpResult SameOperator() => Problem.Of(403, "same_operator", "Who asked for it cannot approve it.");

    private static ProblemHttpResult NoVouchers() => Problem.Of(404, "vouchers_not_set_up", "There are no vouchers here: the setting Vouchers:Key is missing.");

    public static ProblemHttpResult? Of(AdmissionReply reply, Currency? currency) => reply.Result switch
    {
        AdmissionResult.Admitted => null,
        AdmissionResult.Refused => Problem.Of(
            402, "insufficient_credit", $"One hour costs {reply.Need}, the live balance is {reply.Have}: add at least {reply.Shortfall}.",
            ("need", reply.Need), ("have", reply.Have), ("shortfall", reply.Shortfall), ("currency", currency), ("notCounted", reply.NotCounted)),
        AdmissionResult.OperationReused => Problem.OperationReused(),
        AdmissionResult.UnknownPackage => Problem.Of(404, "unknown_package", "The region offers no such package. See /api/packages."),
        AdmissionResult.NoPriceInCurrency => Problem.Of(409, "other_currency", "The package has no price in the currency of the balance: no exchange rate is in force."),
        AdmissionResult.UnknownVm => Problem.Of(404, "unknown_vm", "There is no such VM, or its deletion has begun."),
        _ => throw new InvalidOperationException($"Unknown result of an admission: {reply.Result}."),
    };

    public static ProblemHttpResult? Of(VmReply reply, string vm, Currency? currency) => reply.Result switch
    {
        VmRequestResult.Accepted => null,
        VmRequestResult.UnknownVm => Problem.UnknownVm(vm),
        VmRequestResult.WrongStatus => Problem.Of(409, "wrong_status", $"The VM is {reply.Status}: that cannot be done now.", ("vmStatus", reply.Status)),
        VmRequestResult.Locked => Problem.Of(409, "locked", "The VM is locked against deletion. Unlock it first."),
        VmRequestResult.Refused when reply.Admission is { } admission => Of(admission, currency),
        VmRequestResult.OperationReused => Problem.OperationReused(),
        _ => throw new InvalidOperationException($"Unknown result of a request to a VM: {reply.Result}."),
    };
}
