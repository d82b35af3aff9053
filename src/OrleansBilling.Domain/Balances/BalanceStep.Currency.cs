using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Balances;

public sealed partial class BalanceStep
{
    /// <summary>Chooses the currency, where no money has fixed one yet (policy 1.4).</summary>
    /// <returns>False when the balance has another one, which stays.</returns>
    public bool ChooseCurrency(Currency currency)
    {
        if (balance.Currency is null) Fix(currency);
        return balance.Currency == currency;
    }
}
