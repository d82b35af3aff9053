using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Plans;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Errors;

namespace OrleansBilling.Portal.Operators;

/// <summary>A billing plan to make.</summary>
/// <param name="Name">For people.</param>
/// <param name="Currency">That of the balance.</param>
/// <param name="From">Its first instant, at least a minute ahead.</param>
/// <param name="To">The first instant that is not in it any more; an hour to ten years later.</param>
/// <param name="Credit">What is granted at its start, above zero.</param>
/// <param name="Payment">When it is to be paid; the credit does not wait for that.</param>
/// <param name="Due">What is to be paid for it, at least zero; null: as much as its credit.</param>
/// <param name="Products">What its credit pays for; none: everything.</param>
/// <param name="Prices">The tenant's own prices during it, above zero, in the region's list currency; of packages that are not named the price list's hold.</param>
/// <param name="Renews">Whether the next period follows at the end of each.</param>
/// <param name="Plan">The plan's id; null: made from the Idempotency-Key.</param>
internal sealed record PlanRequest(
    string Name, Currency Currency, DateTimeOffset From, DateTimeOffset To, Amount Credit, PlanPayment Payment, Amount? Due = null, string[]? Products = null, PackagePrice[]? Prices = null,
    bool Renews = false, string? Plan = null)
{
    public IResult? Refusal()
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 100 || Name.Any(char.IsControl))
            return Problem.Of(422, "invalid_name", "A name has 1 to 100 characters, not only blanks, and no control characters.", ("at", "$.name"));
        if (Plan is not null && !BalanceId.IsId(Plan)) return Problem.Of(422, "invalid_plan", "A plan's id has 1 to 64 letters, digits, '-', '_' or '.' within.", ("at", "$.plan"));
        if (Credits.Money.Refusal(Credit, "$.credit") is { } refusal) return refusal;
        if (Due is { } due && due != Amount.Zero && Credits.Money.Refusal(due, "$.due") is { } wrong) return wrong;
        foreach (var product in Products ?? [])
            if (!Product.Exists(product)) return Product.Unknown(product);
        if (To - From < PlanTerms.Shortest || To - From > PlanTerms.Longest) return Problem.Of(422, "invalid_period", "A plan lasts for an hour to ten years.", ("at", "$.to"));
        if (Prices is not { Length: > 0 } prices) return null;
        if (prices.Any(price => price?.Package is null) || prices.DistinctBy(price => price.Package).Count() != prices.Length)
            return Problem.Of(422, "invalid_prices", "A plan has one price a package.", ("at", "$.prices"));
        if (prices.Any(price => price.PricePerHour.MicrosPerHour == 0)) return Problem.Of(422, "invalid_prices", "An own price is above zero.", ("at", "$.prices"));
        return Products is { Length: > 0 } named && !named.Contains(ProductCode.GpuVm.Value)
            ? Problem.Of(422, "invalid_prices", $"A plan has own prices for its products only, and {ProductCode.GpuVm} is none of this one's.", ("at", "$.prices"))
            : null;
    }

    public MakePlan Command(IdempotencyKey key, Operator by) =>
        new(key.Operation, Plan ?? key.IdOf("plan"), Name, Products ?? [], Currency, From, To, Credit, Due ?? Credit, Payment, Prices ?? [], Renews, by.Name);
}

/// <summary>A payment to record.</summary>
/// <param name="Amount">Not zero; below zero takes back what was recorded too much.</param>
/// <param name="Note">Where the payment is found.</param>
internal sealed record PlanPaymentRequest(Amount Amount, string Note)
{
    public IResult? Refusal() =>
        Amount == Amount.Zero ? Problem.Of(422, "invalid_amount", "A payment of zero changes nothing.", ("at", "$.amount"))
        : Credits.Money.Refusal(Amount < Amount.Zero ? -Amount : Amount) is { } refusal ? refusal
        : string.IsNullOrWhiteSpace(Note) || Note.Length > 200 || Note.Any(char.IsControl) ? Problem.Of(422, "invalid_note", "A note has 1 to 200 characters, not only blanks, and no control characters.", ("at", "$.note"))
        : null;
}

/// <summary>Whether a plan renews.</summary>
internal sealed record RenewalRequest(bool Renews);
