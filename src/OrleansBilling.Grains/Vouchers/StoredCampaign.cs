using System.Collections.Immutable;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Vouchers;

/// <summary>A campaign as it is stored, with the names of its vouchers and without their codes. Units are in the names.</summary>
public sealed record StoredCampaign
{
    public string Name { get; init; } = "";

    public string Currency { get; init; } = "";

    public long AmountMicros { get; init; }

    public ImmutableArray<string> Products { get; init; } = [];

    public long FromMilliseconds { get; init; }

    public long UntilMilliseconds { get; init; }

    public long LifeMilliseconds { get; init; }

    public string CreatedBy { get; init; } = "";

    public long CreatedAtMilliseconds { get; init; }

    public ImmutableArray<string> Vouchers { get; init; } = [];

    /// <summary>How many there will be, while it waits for a second operator.</summary>
    public int Asked { get; init; }

    public bool AwaitsApproval { get; init; }

    public string? ApprovedBy { get; init; }

    /// <summary>Every voucher is there. Before that nobody has seen a code.</summary>
    public bool IsIssued { get; init; }

    /// <summary>Those that were taken back alone.</summary>
    public ImmutableArray<string> Withdrawn { get; init; } = [];

    public StoredRevocation? Revocation { get; init; }

    /// <summary>Every voucher knows of the revocation.</summary>
    public bool IsTakenBack { get; init; }

    private int Count => Vouchers.IsEmpty ? Asked : Vouchers.Length;

    internal static StoredCampaign Of(CreateCampaign command, DateTimeOffset now, IEnumerable<string> vouchers) => new()
    {
        Name = command.Name, Currency = command.Currency.Code(), AmountMicros = command.Amount.Micros, Products = [.. command.Products],
        FromMilliseconds = command.From.ToUnixTimeMilliseconds(), UntilMilliseconds = command.Until.ToUnixTimeMilliseconds(), LifeMilliseconds = (long)command.Life.TotalMilliseconds,
        CreatedBy = command.By, CreatedAtMilliseconds = now.ToUnixTimeMilliseconds(), Vouchers = [.. vouchers],
    };

    /// <summary>Whether this is what was asked for, whoever asked.</summary>
    internal bool IsOf(CreateCampaign command) =>
        (Name, Currency, AmountMicros, FromMilliseconds, UntilMilliseconds, LifeMilliseconds, Count)
        == (command.Name, command.Currency.Code(), command.Amount.Micros, command.From.ToUnixTimeMilliseconds(), command.Until.ToUnixTimeMilliseconds(), (long)command.Life.TotalMilliseconds, command.Count)
        && Products.SequenceEqual(command.Products);

    internal CampaignView ToView(string id, int redeemed) => new()
    {
        Id = id, Name = Name, Currency = CurrencyCode.Find(Currency)!.Value, Amount = new Amount(AmountMicros), Products = [.. Products],
        From = DateTimeOffset.FromUnixTimeMilliseconds(FromMilliseconds), Until = DateTimeOffset.FromUnixTimeMilliseconds(UntilMilliseconds),
        Life = TimeSpan.FromMilliseconds(LifeMilliseconds), Count = Count, Redeemed = redeemed, Revoked = Revocation is null ? Withdrawn.Length : Count,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAtMilliseconds), CreatedBy = CreatedBy,
        RevokedAt = Revocation is { } revocation ? DateTimeOffset.FromUnixTimeMilliseconds(revocation.AtMilliseconds) : null, RevokedBy = Revocation?.By, RevokedFor = Revocation?.Reason,
        AwaitsApproval = AwaitsApproval, ApprovedBy = ApprovedBy,
    };
}
