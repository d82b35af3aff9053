using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Cluster.Tests.Once;

/// <summary>The five commands that move money, by name.</summary>
internal static class Commanded
{
    public static readonly string[] Names = ["top-up", "grant", "charge", "take-back", "adjust"];

    public static async Task<PostingReply> Send(BillingCluster cluster, string command, string operation, string amount) => command switch
    {
        "top-up" => await cluster.TopUp(amount, operation),
        "grant" => await cluster.Billing.Grant(cluster.Tenant, Grant(operation, amount)),
        "charge" => await cluster.Billing.Charge(cluster.Tenant, new ChargeProduct(operation, "inference", Currency.Usd, Amount.Parse(amount), "test")),
        "take-back" => await Repeated(() => cluster.Balance.TakeBack(new TakeBack(operation, Currency.Usd, Amount.Parse(amount), "test"))),
        "adjust" => (await cluster.Billing.Adjust(cluster.Tenant, Adjustment(operation, amount), new ActingOperator("grace", false))).Posting!,
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

    public static AdjustBalance Adjustment(string operation, string change, CreditKind target = CreditKind.TopUp, string? lot = null) =>
        new(operation, Currency.Usd, Amount.Parse(change), target, lot, [], null, "test");

    public static GrantCredit Grant(string operation, string amount, string[]? products = null) =>
        new(operation, $"lot-{operation}", CreditKind.Voucher, products ?? [], Currency.Usd, Amount.Parse(amount), null, null, "test");
}
