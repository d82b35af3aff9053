using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Balances;

/// <summary>What a tenant can be told.</summary>
public enum NoticeKind
{
    /// <summary>Below one hour's cost (policy 4.1, 4.3).</summary>
    Low = 1,

    /// <summary>So much time is left at the present burn rate (policy 4.3).</summary>
    Runway = 2,

    /// <summary>Below the tenant's own threshold (policy 4.3).</summary>
    OwnThreshold = 3,

    /// <summary>Used up: the VMs are being stopped (policy 4.4).</summary>
    Stopped = 4,

    /// <summary>
    /// Below zero: the VMs will be deleted at <see cref="Notice.DeletionAt"/> (policy 4.13). Without that instant a hold keeps them from it for <see cref="Notice.TimeLeft"/> at most, because of
    /// <see cref="Notice.About"/> (policy 4.11).
    /// </summary>
    BelowZero = 5,

    /// <summary>The deletion comes near (policy 4.13).</summary>
    DeletionNear = 6,

    /// <summary>The VMs are being deleted, locked ones too (policy 4.6, 4.8).</summary>
    Deleted = 7,

    /// <summary>At or above zero again (policy 4.7, 4.12).</summary>
    Cured = 8,

    /// <summary>Billing-plan or voucher credit has become effective (policy 2.6).</summary>
    CreditAdded = 9,

    /// <summary>Credit has ended unused (policy 2.6).</summary>
    CreditExpired = 10,

    /// <summary>Paid-in credit has arrived (policy 2.2).</summary>
    Paid = 11,

    /// <summary>A payment came to nothing.</summary>
    PaymentFailed = 12,

    /// <summary>Credit will end unused in <see cref="Notice.TimeLeft"/> (policy 2.6).</summary>
    CreditExpiring = 13,

    /// <summary>A period of a billing plan has ended, and what is left of its credit has gone (policy 2.4, 2.6).</summary>
    PlanEnded = 14,

    /// <summary>A voucher was redeemed (policy 2.3).</summary>
    VoucherRedeemed = 15,

    /// <summary>Credit was taken away: by an operator, with a reason, or because a payment was refunded or is disputed (policy 2.8).</summary>
    CreditTaken = 16,

    /// <summary>A voucher, or other credit, was revoked: what was left of it is gone (policy 2.6).</summary>
    CreditRevoked = 17,

    /// <summary>What a dispute had taken of a payment is part of the balance again (policy 2.8).</summary>
    CreditGivenBack = 18,
}

/// <summary>
/// Something the tenant is told, written together with what it tells. The id makes it once per episode and level (E11).
/// </summary>
/// <param name="Id">Unique within the balance: kind, episode and level.</param>
/// <param name="Kind">What it tells.</param>
/// <param name="At">When that happened.</param>
/// <param name="Amount">The amount concerned: the live balance, or the credit.</param>
/// <param name="Need">The amount compared with, where there is one.</param>
/// <param name="TimeLeft">The runway, the time to deletion, to the end of what holds one, or to the end of a credit, where there is one.</param>
/// <param name="DeletionAt">The exact deletion time, where one is set and no hold keeps it from coming.</param>
/// <param name="Vms">The VMs concerned, separated by commas; empty for none.</param>
/// <param name="About">What else it is about, for people: a credit's id, a plan, a voucher, a gateway, why a deletion is held; empty for nothing.</param>
/// <param name="Currency">Of the amount, where it may be another than the balance's: a payment that failed, or credit that waits, has not fixed that for good. Null: the balance's.</param>
public sealed record Notice(
    string Id,
    NoticeKind Kind,
    DateTimeOffset At,
    Amount Amount,
    Amount? Need = null,
    TimeSpan? TimeLeft = null,
    DateTimeOffset? DeletionAt = null,
    string Vms = "",
    string About = "",
    Currency? Currency = null)
{
    /// <summary>E.g. <c>low/1772445052000</c>.</summary>
    public static string IdOf(NoticeKind kind, string level) => $"{kind}/{level}".ToLowerInvariant();
}
