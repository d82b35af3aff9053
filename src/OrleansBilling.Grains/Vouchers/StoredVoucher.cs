using System.Collections.Immutable;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Vouchers;

/// <summary>A voucher as it is stored, without its code. Units are in the names.</summary>
public sealed record StoredVoucher
{
    public string Campaign { get; init; } = "";

    public string Currency { get; init; } = "";

    public long AmountMicros { get; init; }

    public ImmutableArray<string> Products { get; init; } = [];

    public long FromMilliseconds { get; init; }

    public long UntilMilliseconds { get; init; }

    public long LifeMilliseconds { get; init; }

    /// <summary>Whose it is; null: nobody's yet.</summary>
    public StoredClaim? Claim { get; init; }

    /// <summary>The ledger entry of its credit; 0: the ledger may not have it yet.</summary>
    public long EntryNumber { get; init; }

    public StoredRevocation? Revocation { get; init; }

    /// <summary>What was left of its credit has left the balance after the revocation.</summary>
    public bool IsTakenBack { get; init; }

    /// <summary>What is decided here and may not be in the balance yet.</summary>
    internal bool IsOwed => Claim is not null && (EntryNumber == 0 || (Revocation is not null && !IsTakenBack));

    internal VoucherTerms Terms() => new(
        CurrencyCode.Find(Currency)!.Value, new Amount(AmountMicros), Scope.Of(Products.Select(ProductCode.Parse)), DateTimeOffset.FromUnixTimeMilliseconds(FromMilliseconds),
        DateTimeOffset.FromUnixTimeMilliseconds(UntilMilliseconds), TimeSpan.FromMilliseconds(LifeMilliseconds));

    internal static StoredVoucher Of(string campaign, CreateCampaign terms) => new()
    {
        Campaign = campaign, Currency = terms.Currency.Code(), AmountMicros = terms.Amount.Micros, Products = [.. terms.Products],
        FromMilliseconds = terms.From.ToUnixTimeMilliseconds(), UntilMilliseconds = terms.Until.ToUnixTimeMilliseconds(), LifeMilliseconds = (long)terms.Life.TotalMilliseconds,
    };
}

/// <summary>Which tenant has redeemed it, and when.</summary>
public sealed record StoredClaim(string Tenant, long AtMilliseconds);

/// <summary>Who took it back, why and when.</summary>
public sealed record StoredRevocation(string By, string Reason, long AtMilliseconds);
