using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Credits;

/// <summary>How voucher credit stands, as its tenant sees it.</summary>
public enum VoucherStatus
{
    /// <summary>Pays, or will.</summary>
    Valid = 1,

    /// <summary>Nothing is left of it.</summary>
    UsedUp = 2,

    /// <summary>Its end has passed, and what was left of it has gone (policy 2.6).</summary>
    Expired = 3,

    /// <summary>Taken back by an operator.</summary>
    Revoked = 4,
}

/// <summary>Reads the status from a lot.</summary>
public static class VoucherStatuses
{
    /// <summary>How a voucher's lot stands.</summary>
    public static VoucherStatus ToVoucherStatus(this CreditLot lot) => lot.State switch
    {
        LotState.Revoked => VoucherStatus.Revoked,
        LotState.Ended => VoucherStatus.Expired,
        LotState.Spent => VoucherStatus.UsedUp,
        _ => lot.Remaining > Amount.Zero ? VoucherStatus.Valid : VoucherStatus.UsedUp,
    };
}
