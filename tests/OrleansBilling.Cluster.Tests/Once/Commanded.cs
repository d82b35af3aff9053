using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Cluster.Tests.Once;

/// <summary>The four commands that move money, by name.</summary>
internal static class Commanded
{
    public static readonly string[] Names = ["top-up", "grant", "charge", "take-back"];

    public static Task<PostingReply> Send(BillingCluster cluster, string command, string operation, string amount) => command switch
    {
        "top-up" => cluster.TopUp(amount, operation),
        "grant" => cluster.Billing.Grant(cluster.Tenant, Grant(operation, amount)),
        "charge" => cluster.Billing.Charge(cluster.Tenant, new ChargeProduct(operation, "inference", Currency.Usd, Amount.Parse(amount), "test")),
        "take-back" => Repeated(() => cluster.Balance.TakeBack(new TakeBack(operation, Currency.Usd, Amount.Parse(amount), "test"))),
        _ => throw new ArgumentException($"'{command}' is no command.", nameof(command)),
    };

    // The one that no client sends: a payment does, and repeats it as the client repeats the others.
    private static async Task<PostingReply> Repeated(Func<Task<PostingReply>> send)
    {
        while (true)
        {
            try
            {
                return await send();
            }
            catch (OutcomeUnknownException)
            {
                await Task.Delay(10);
            }
        }
    }

    public static GrantCredit Grant(string operation, string amount, string[]? products = null) =>
        new(operation, $"lot-{operation}", CreditKind.Voucher, products ?? [], Currency.Usd, Amount.Parse(amount), null, null, "test");
}
