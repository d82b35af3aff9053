using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Balances;

public sealed partial class BalanceStep
{
    /// <summary>Chooses the currency, where no money has fixed one yet (policy 1.4).</summary>
    public CurrencyResult ChooseCurrency(Currency currency)
    {
        if (Objection(currency) is { } objection) return objection;
        if (balance.Currency is null) Fix(currency);
        if (balance.CurrencyReserved) balance = balance with { CurrencyReserved = false };
        return CurrencyResult.Chosen;
    }

    /// <summary>
    /// Why a currency cannot be the balance's; null when it is, or can be. The one place that decides it: whatever fixes or reserves a currency asks here first. One in which nothing can be
    /// priced would lock the tenant out for good.
    /// </summary>
    /// <param name="currency">Of the command.</param>
    /// <param name="isReceived">Whether a gateway has the money already: that is taken in any currency.</param>
    private CurrencyResult? Objection(Currency currency, bool isReceived = false) =>
        balance.Currency is { } own ? own == currency ? null : CurrencyResult.OtherCurrency
        : isReceived || rules.Prices.Takes(currency, now) ? null
        : CurrencyResult.NoRate;

    /// <summary>Credit that waits for its start is no money event yet: it fixes the currency for as long as it waits, and for good with its entry (policy 1.4).</summary>
    private void Reserve(Currency currency)
    {
        if (balance.Currency is not null) return;
        Fix(currency);
        balance = balance with { CurrencyReserved = true };
    }

    /// <summary>Credit that waits will never begin. Was it all that fixed the currency, there is none any more.</summary>
    private void RevokePending(CreditLot lot)
    {
        Keep(lot with { State = LotState.Revoked, Remaining = Amount.Zero });
        if (balance is not { CurrencyReserved: true, EntryCount: 0, Vms.Count: 0 } || balance.Lots.Exists(other => other.State == LotState.Pending)) return;
        // The tenant's own threshold was an amount of that currency, and means nothing in the next.
        balance = balance with { Currency = null, CurrencyReserved = false, OwnThreshold = null, Standing = balance.Standing with { BelowOwnThreshold = false } };
        rules = region.For(balance);
        LookAnew();
    }
}
