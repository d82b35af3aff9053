using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Contracts.Balances;

/// <summary>Paid-in credit (policy 2.2).</summary>
/// <param name="Operation">The caller's id; the same command under the same id is done once (M5).</param>
/// <param name="Currency">Must be the balance's; fixes it when it has none yet (policy 1.4).</param>
/// <param name="Amount">Above zero.</param>
/// <param name="Description">Its source, for people.</param>
/// <param name="GivenBack">Whether a dispute had taken it before, which is then what the tenant is told (policy 2.8).</param>
[GenerateSerializer, Immutable, Alias("top-up")]
public sealed record TopUp(
    [property: Id(0)] string Operation, [property: Id(1)] Currency Currency, [property: Id(2)] Amount Amount, [property: Id(3)] string Description, [property: Id(4)] bool GivenBack = false);

/// <summary>Paid-in credit that goes back to the payer (policy 2.8). Never refused for lack of credit.</summary>
/// <param name="Operation">The caller's id.</param>
/// <param name="Currency">Must be the balance's.</param>
/// <param name="Amount">Above zero; taken from the top-up part, which may fall below zero.</param>
/// <param name="Description">Why, for people.</param>
/// <param name="Disputes">The payment's open disputes as holds, each with all that it has taken; null: they hold nothing (policy 4.11).</param>
[GenerateSerializer, Immutable, Alias("take-back")]
public sealed record TakeBack(
    [property: Id(0)] string Operation, [property: Id(1)] Currency Currency, [property: Id(2)] Amount Amount, [property: Id(3)] string Description, [property: Id(5)] PlaceHold[]? Disputes = null);

/// <summary>A payment that came to nothing: only told.</summary>
/// <param name="Operation">The caller's id.</param>
/// <param name="Amount">What was to be paid.</param>
/// <param name="About">Which payment, for people.</param>
/// <param name="Currency">Of the payment, which need not be the balance's.</param>
[GenerateSerializer, Immutable, Alias("tell-payment-failed")]
public sealed record TellPaymentFailed([property: Id(0)] string Operation, [property: Id(1)] Amount Amount, [property: Id(2)] string About, [property: Id(3)] Currency Currency);

/// <summary>Billing-plan or voucher credit (policy 2.3–2.6).</summary>
/// <param name="Operation">The caller's id.</param>
/// <param name="Lot">The lot's id, unique within the balance.</param>
/// <param name="Kind">Billing plan or voucher.</param>
/// <param name="Products">Product codes; empty: all products.</param>
/// <param name="Currency">Must be the balance's.</param>
/// <param name="Amount">Above zero.</param>
/// <param name="Effective">From when it pays; null or past: from its arrival.</param>
/// <param name="Expires">From when it does not any more; null: never.</param>
/// <param name="Description">Its source, for people.</param>
[GenerateSerializer, Immutable, Alias("grant-credit")]
public sealed record GrantCredit(
    [property: Id(0)] string Operation, [property: Id(1)] string Lot, [property: Id(2)] CreditKind Kind, [property: Id(3)] string[] Products,
    [property: Id(4)] Currency Currency, [property: Id(5)] Amount Amount, [property: Id(6)] DateTimeOffset? Effective,
    [property: Id(7)] DateTimeOffset? Expires, [property: Id(8)] string Description);

/// <summary>The credit of a voucher that its tenant has redeemed (policy 2.3, 2.6). It pays from its arrival.</summary>
/// <param name="Operation">One id for a campaign: a tenant redeems one voucher of it.</param>
/// <param name="Lot">The lot's id, made of the voucher's.</param>
/// <param name="Products">Product codes; empty: all products.</param>
/// <param name="Currency">Must be the balance's; fixes it when it has none yet (policy 1.4).</param>
/// <param name="Amount">Above zero.</param>
/// <param name="Expires">From when it does not pay any more.</param>
/// <param name="Description">Its source, for people.</param>
[GenerateSerializer, Immutable, Alias("redeem-credit")]
public sealed record RedeemCredit(
    [property: Id(0)] string Operation, [property: Id(1)] string Lot, [property: Id(2)] string[] Products, [property: Id(3)] Currency Currency, [property: Id(4)] Amount Amount,
    [property: Id(5)] DateTimeOffset Expires, [property: Id(6)] string Description);

/// <summary>A charge by another product (policy 3.12). Never refused for lack of credit.</summary>
/// <param name="Operation">The caller's id.</param>
/// <param name="Product">A product code other than <c>gpu-vm</c>.</param>
/// <param name="Currency">Must be the balance's.</param>
/// <param name="Amount">Above zero.</param>
/// <param name="Description">What was used, for people.</param>
[GenerateSerializer, Immutable, Alias("charge-product")]
public sealed record ChargeProduct(
    [property: Id(0)] string Operation, [property: Id(1)] string Product, [property: Id(2)] Currency Currency, [property: Id(3)] Amount Amount, [property: Id(4)] string Description);

/// <summary>A request for a new VM.</summary>
/// <param name="Operation">The caller's id.</param>
/// <param name="Vm">The VM's id, made by the caller, unique within the balance for ever.</param>
/// <param name="Package">A package code of the region.</param>
/// <param name="Name">The tenant's name for it, 1–64 characters.</param>
/// <param name="AutoResume">Power it on again after a cure (policy 4.12).</param>
[GenerateSerializer, Immutable, Alias("create-vm")]
public sealed record CreateVm(
    [property: Id(0)] string Operation, [property: Id(1)] string Vm, [property: Id(2)] string Package, [property: Id(3)] string Name, [property: Id(4)] bool AutoResume);

/// <summary>What a tenant wants to be told, besides what everybody is (policy 4.3).</summary>
/// <param name="Operation">The caller's id: a repetition that comes late does not undo what was set meanwhile.</param>
/// <param name="Threshold">Tell when the live balance falls below this; null: no.</param>
/// <param name="Recipients">At most five addresses.</param>
[GenerateSerializer, Immutable, Alias("watch-balance")]
public sealed record WatchBalance([property: Id(0)] string Operation, [property: Id(1)] Amount? Threshold, [property: Id(2)] string[] Recipients);

/// <summary>A hold on automatic stops or deletions (policy 4.11).</summary>
/// <param name="Hold">The hold's id, made by the caller: placing it again changes nothing.</param>
/// <param name="Actions">Stopping, deletion or both.</param>
/// <param name="Reason">Why; not empty.</param>
/// <param name="By">Which operator.</param>
/// <param name="Until">Its end, in the future.</param>
/// <param name="Disputed">What an open dispute has taken, without which it does not hold; null for an operator's, which holds whatever the balance.</param>
[GenerateSerializer, Immutable, Alias("place-hold")]
public sealed record PlaceHold(
    [property: Id(0)] string Hold, [property: Id(1)] HeldActions Actions, [property: Id(2)] string Reason, [property: Id(3)] string By, [property: Id(4)] DateTimeOffset Until,
    [property: Id(5)] Amount? Disputed = null);
