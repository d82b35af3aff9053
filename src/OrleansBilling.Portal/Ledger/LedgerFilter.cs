using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Portal.Errors;

namespace OrleansBilling.Portal.Ledger;

/// <summary>Which entries of a ledger a request asks for, as its query says.</summary>
internal readonly record struct LedgerFilter(string? Kind, string? Product, string? Source, string? Vm, string? From, string? Until)
{
    public LedgerQuery Read() => new()
    {
        Kind = QueryValues.Choice<EntryKind>(Kind, "kind"),
        Product = Product is null || Errors.Product.Exists(Product) ? Product : throw new RefusedException(Errors.Product.Unknown(Product)),
        Source = QueryValues.Choice<CreditKind>(Source, "source"),
        Vm = QueryValues.Id(Vm, "vm"),
        From = QueryValues.Instant(From, "from"),
        Until = QueryValues.Instant(Until, "until"),
    };
}
