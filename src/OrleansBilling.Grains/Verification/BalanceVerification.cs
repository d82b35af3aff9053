using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Payments;
using OrleansBilling.Grains.Vms;

namespace OrleansBilling.Grains.Verification;

/// <summary>
/// The judgement over one balance: a pure function of what was read, in the order payments, balance and entries, end, payments of entries, histories. It holds sums and
/// no entries, and shares no code with the steps that posted them.
/// </summary>
public sealed class BalanceVerification
{
    private readonly Balance balance;
    private readonly PriceList prices;
    private readonly Findings findings;
    private readonly ChainCheck chain;
    private readonly SumsCheck sums;
    private readonly UsageCheck usage;
    private readonly OperationsCheck operations;
    private readonly OrderOfCreditsCheck order;
    private readonly PaymentsCheck payments;
    private readonly HistoryCheck history;

    public BalanceVerification(StoredBalance stored, PriceList prices, BillingPolicy policy)
    {
        (balance, this.prices, findings) = (stored.Balance, prices, new Findings(stored.Id, stored.Balance));
        chain = new ChainCheck(stored, findings);
        sums = new SumsCheck(balance, findings);
        usage = new UsageCheck(balance, prices, findings);
        operations = new OperationsCheck(balance, findings);
        order = new OrderOfCreditsCheck(balance, findings);
        payments = new PaymentsCheck(stored.Id, balance, findings);
        history = new HistoryCheck(policy, findings);
    }

    /// <summary>What was found, by invariant: the first offending row of each, and the first that no operator has decided about.</summary>
    public IReadOnlyList<Finding> Found => [.. findings.All];

    /// <summary>The next entry.</summary>
    public void Look(LedgerEntry entry, byte[] hash)
    {
        chain.Look(entry, hash);
        sums.Look(entry);
        usage.Look(entry);
        operations.Look(entry);
        order.Look(entry);
        payments.Look(entry);
    }

    /// <summary>There are no more entries.</summary>
    public void End()
    {
        chain.End();
        sums.End();
        usage.End();
        order.End();
    }

    /// <summary>How many top-ups and refunds are of no payment.</summary>
    public int Elsewhere => payments.Elsewhere;

    /// <summary>What was stored of a payment, read before the balance.</summary>
    public void Look(string payment, StoredPayment state) => payments.LookBefore(payment, state);

    /// <summary>Entries that no payment read before the balance explains, with the payment that each of them names.</summary>
    public IReadOnlyList<(string Payment, LedgerEntry Entry)> Unexplained() => [.. payments.Unexplained()];

    /// <summary>What is stored of the payment that an entry names, read after the balance.</summary>
    public void Look(LedgerEntry entry, string payment, StoredPayment? state) => payments.LookAfter(entry, payment, state);

    /// <summary>What is stored of a VM, read after the balance.</summary>
    /// <returns>False when it cannot be compared now.</returns>
    public bool Look(MeteredVm vm, VmState? state) => history.Look(vm, state, balance.PricesOf(prices).Packages.GetValueOrDefault(vm.Package), usage.LastOf(vm.Id));
}
