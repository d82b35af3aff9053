using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Portal.Errors;

/// <summary>The cluster's refusals as problems; null for what was done.</summary>
internal static class Refusals
{
    public static ProblemHttpResult? Of(PostingReply reply) => reply.Result switch
    {
        PostingResult.Posted or PostingResult.Pending => null,
        PostingResult.OperationReused => Problem.OperationReused(),
        PostingResult.OtherCurrency => Problem.Of(409, "other_currency", "The balance has another currency, fixed by its first money. Nothing changed."),
        PostingResult.LotExists => Problem.Of(409, "lot_exists", "The balance has a lot of that id. Nothing changed."),
        PostingResult.AlreadyExpired => Problem.Of(422, "already_expired", "The credit would end before it begins, or has ended. Nothing changed."),
        _ => throw new InvalidOperationException($"Unknown result of a posting: {reply.Result}."),
    };

    public static ProblemHttpResult? Of(PaymentReply reply) => reply.Result switch
    {
        PaymentResult.Started => null,
        PaymentResult.OperationReused => Problem.OperationReused(),
        PaymentResult.NotOffered => Problem.Of(422, "payment_not_offered", $"{reply.Reason} See /api/payment-gateways."),
        PaymentResult.BelowMinimum => Problem.Of(422, "below_minimum", reply.Reason, ("at", "$.amount")),
        PaymentResult.AmountRefused => Problem.Of(422, "amount_not_taken", reply.Reason, ("at", "$.amount")),
        PaymentResult.OtherCurrency => Problem.Of(409, "other_currency", "The balance has another currency, fixed by its first money. Nothing changed."),
        PaymentResult.GatewayUnavailable => Problem.Of(503, "gateway_unavailable", "The gateway does not answer. Nobody has paid; send it again with the same Idempotency-Key."),
        _ => throw new InvalidOperationException($"Unknown result of a payment: {reply.Result}."),
    };

    public static ProblemHttpResult? Of(AdmissionReply reply, Currency? currency) => reply.Result switch
    {
        AdmissionResult.Admitted => null,
        AdmissionResult.Refused => Problem.Of(
            402, "insufficient_credit", $"One hour costs {reply.Need}, the live balance is {reply.Have}: add at least {reply.Shortfall}.",
            ("need", reply.Need), ("have", reply.Have), ("shortfall", reply.Shortfall), ("currency", currency), ("notCounted", reply.NotCounted)),
        AdmissionResult.OperationReused => Problem.OperationReused(),
        AdmissionResult.UnknownPackage => Problem.Of(404, "unknown_package", "The region offers no such package. See /api/packages."),
        AdmissionResult.NoPriceInCurrency => Problem.Of(409, "other_currency", "The package has no price in the currency of the balance."),
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
