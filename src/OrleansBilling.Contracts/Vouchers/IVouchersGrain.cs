namespace OrleansBilling.Contracts.Vouchers;

/// <summary>
/// Takes a tenant's voucher codes and limits its guessing; its key is a <see cref="BalanceId"/>. A call that fails or times out has an unknown
/// outcome: repeat it with the same code.
/// </summary>
[Alias("vouchers")]
public interface IVouchersGrain : IGrainWithStringKey
{
    /// <summary>Redeems a code. The code itself makes it once: the same one again gets the same answer (M5).</summary>
    /// <exception cref="ArgumentException">The text has not the form of a code; that is no guess.</exception>
    [Alias("redeem")] Task<RedemptionReply> Redeem(string code);

    /// <summary>Until when no code of the tenant is looked at; null when it is not locked.</summary>
    [Alias("find-lock")] Task<VoucherLockView?> FindLock();

    /// <summary>Looks at its codes again; false when it is not locked.</summary>
    [Alias("unlock")] Task<bool> Unlock(string by);
}
