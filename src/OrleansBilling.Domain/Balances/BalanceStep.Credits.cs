using System.Collections.Immutable;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;

namespace OrleansBilling.Domain.Balances;

public sealed partial class BalanceStep
{
    // Ids that no caller can take, or a charge would find its own taken and never be posted (M5).
    private const string UsageOperations = "vm/";
    private const string ExpiryOperations = "expiry/";
    private const string RevocationOperations = "revocation/";
    private static readonly ImmutableArray<string> ownOperations = [UsageOperations, ExpiryOperations, RevocationOperations, Plan.Lots];

    /// <summary>Paid-in credit arrives: at once, for every product, for ever (policy 2.2).</summary>
    /// <param name="operation">The caller's id: the same again changes nothing and gets the same answer (M5).</param>
    /// <param name="currency">Must be the balance's; fixes it when it has none (policy 1.4), with an exchange rate or without: the money is there.</param>
    /// <param name="amount">Above zero.</param>
    /// <param name="description">Its source, for people.</param>
    /// <param name="givenBack">Whether a dispute had taken it before: then that is what the tenant is told, and not that something was paid (policy 2.8).</param>
    public PostingOutcome TopUp(string operation, Currency currency, Amount amount, string description, bool givenBack = false)
    {
        RequirePositive(amount);
        ArgumentNullException.ThrowIfNull(description);
        var fingerprint = $"topUp|{currency.Code()}|{amount}";
        if (Refusal(operation, fingerprint, currency, isReceived: true) is { } refusal) return refusal;
        Fix(currency);
        var entry = Post(EntryKind.Credit, operation, fingerprint, now, [new LedgerLine(CreditLot.TopUp, CreditKind.TopUp, amount)], description);
        Notify(givenBack ? NoticeKind.CreditGivenBack : NoticeKind.Paid, now, $"{entry.Number}", amount, about: description);
        Enforce(now);
        return new PostingOutcome(PostingResult.Posted, entry.Number);
    }

    /// <summary>
    /// Credit that was paid in goes back to the payer, whatever has been used of it: it is taken from the top-up part alone, which may fall
    /// below zero (policy 2.8), and then section 4 applies. Never refused for lack of credit.
    /// </summary>
    /// <param name="operation">The caller's id: the same again changes nothing and gets the same answer (M5).</param>
    /// <param name="currency">Must be the balance's; fixes it when it has none (policy 1.4), with an exchange rate or without: the money is there.</param>
    /// <param name="amount">Above zero.</param>
    /// <param name="description">Why, for people.</param>
    /// <param name="disputes">
    /// The payment's open disputes as holds, each with all that it has taken; none where disputes hold nothing. They are placed, or hold that much from now on, before section 4 applies (policy 4.11).
    /// </param>
    public PostingOutcome TakeBack(string operation, Currency currency, Amount amount, string description, params IReadOnlyList<EnforcementHold> disputes)
    {
        RequirePositive(amount);
        ArgumentNullException.ThrowIfNull(description);
        var fingerprint = $"takeBack|{currency.Code()}|{amount}";
        if (Refusal(operation, fingerprint, currency, isReceived: true) is { } refusal) return refusal;
        Fix(currency);
        var entry = Post(EntryKind.Refund, operation, fingerprint, now, [new LedgerLine(CreditLot.TopUp, CreditKind.TopUp, -amount)], description);
        Notify(NoticeKind.CreditTaken, now, $"{entry.Number}", amount, about: description);
        foreach (var dispute in disputes) HoldWhileOpen(dispute);
        Enforce(now);
        return new PostingOutcome(PostingResult.Posted, entry.Number);
    }

    /// <summary>Tells that a payment came to nothing, under an id that makes it once. Changes nothing else.</summary>
    /// <param name="operation">The caller's id.</param>
    /// <param name="currency">Of the payment, which need not be the balance's: nothing was paid.</param>
    /// <param name="amount">What was to be paid.</param>
    /// <param name="about">Which payment, for people.</param>
    public void TellPaymentFailed(string operation, Currency currency, Amount amount, string about) =>
        Notify(NoticeKind.PaymentFailed, now, operation, amount, about: about, currency: currency);

    /// <summary>Billing-plan or voucher credit arrives (policy 2.3–2.6).</summary>
    /// <param name="operation">The caller's id.</param>
    /// <param name="lot">The lot's id, unique within the balance and not <see cref="CreditLot.TopUp"/>.</param>
    /// <param name="kind">Billing plan or voucher.</param>
    /// <param name="scope">What it pays for.</param>
    /// <param name="currency">Must be the balance's; when it has none, fixes it, if something can be priced in it (policy 1.4).</param>
    /// <param name="amount">Above zero.</param>
    /// <param name="effective">From when it pays; null or past: from now.</param>
    /// <param name="expires">From when it does not any more; null: never.</param>
    /// <param name="description">Its source, for people.</param>
    public PostingOutcome Grant(
        string operation, string lot, CreditKind kind, Scope scope, Currency currency, Amount amount,
        DateTimeOffset? effective, DateTimeOffset? expires, string description) =>
        Grant(operation, lot, kind, scope, currency, amount, effective, expires, description, NoticeKind.CreditAdded);

    /// <summary>The credit of a voucher that was redeemed arrives: at once, and told as such (policy 2.3, 2.6).</summary>
    /// <param name="operation">The caller's id: one for a campaign, so that a tenant redeems one voucher of it.</param>
    /// <param name="lot">The lot's id, made of the voucher's.</param>
    /// <param name="scope">What it pays for.</param>
    /// <param name="currency">Must be the balance's; when it has none, fixes it, if something can be priced in it (policy 1.4).</param>
    /// <param name="amount">Above zero.</param>
    /// <param name="expires">From when it does not pay any more.</param>
    /// <param name="description">Its source, for people.</param>
    public PostingOutcome Redeem(string operation, string lot, Scope scope, Currency currency, Amount amount, DateTimeOffset expires, string description) =>
        Grant(operation, lot, CreditKind.Voucher, scope, currency, amount, effective: null, expires, description, NoticeKind.VoucherRedeemed);

    /// <summary>
    /// Takes back a lot: usage up to now is settled first, then what is left of it leaves through one entry (as in policy 2.6). It names the
    /// state to reach, so twice is once; a lot that has ended stays as it ended, and one that is used up stays used up. What is given back to it later leaves again at once.
    /// </summary>
    /// <param name="lot">The lot's id.</param>
    /// <param name="reason">Why, for people.</param>
    /// <exception cref="ArgumentException">The balance has no such lot, or it is a plan's: that ends with its plan.</exception>
    public void Revoke(string lot, string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (PlanOf(lot) is not null) throw new ArgumentException($"'{lot}' is the credit of a plan.", nameof(lot));
        var revoked = balance.Lots.Find(other => other.Id == lot) ?? throw new ArgumentException($"The balance has no lot '{lot}'.", nameof(lot));
        if (revoked.HasEnded) return;
        var currency = balance.Currency; // it may have none afterwards
        if (revoked.State == LotState.Pending)
        {
            RevokePending(revoked);
            Notify(NoticeKind.CreditRevoked, now, lot, revoked.Remaining, about: lot, currency: currency); // what had not begun has no entry
            return;
        }
        SettleAll(now);
        revoked = balance.Lots.Find(other => other.Id == lot)!;
        Keep(revoked with { State = revoked.Remaining > Amount.Zero ? LotState.Revoked : LotState.Spent });
        if (revoked.Remaining > Amount.Zero) End(lot, now, reason);
        Enforce(now);
    }

    private PostingOutcome Grant(
        string operation, string lot, CreditKind kind, Scope scope, Currency currency, Amount amount,
        DateTimeOffset? effective, DateTimeOffset? expires, string description, NoticeKind told)
    {
        RequirePositive(amount);
        ArgumentNullException.ThrowIfNull(description);
        if (kind is not (CreditKind.BillingPlan or CreditKind.Voucher)) throw new ArgumentException("Only plans and vouchers are lots; paid-in credit is a top-up.", nameof(kind));
        if (!CreditLot.IsId(lot)) throw new ArgumentException($"'{lot}' cannot be the id of a lot.", nameof(lot));
        var fingerprint = $"{kind}|{lot}|{scope}|{currency.Code()}|{amount}|{effective:O}|{expires:O}";
        if (Refusal(operation, fingerprint, currency) is { } refusal) return refusal;
        if (balance.Lots.Exists(other => other.Id == lot)) return new PostingOutcome(PostingResult.LotExists, 0);
        var from = effective > now ? effective.Value : now;
        if (expires <= from) return new PostingOutcome(PostingResult.AlreadyExpired, 0);

        if (from > now) Reserve(currency);
        else Fix(currency);
        Keep(new CreditLot(lot, balance.Lots.Count, kind, scope, amount, amount, from, expires, LotState.Pending, operation, fingerprint));
        if (from > now) return new PostingOutcome(PostingResult.Pending, 0);
        SettleAll(now);
        Start(balance.Lots[^1], now, told);
        Enforce(now);
        return new PostingOutcome(PostingResult.Posted, operations[operation].EntryNumber);
    }

    /// <summary>
    /// Another product charges the balance (policy 3.12). Never refused for lack of credit: what no lot pays becomes debt (policy 2.8).
    /// </summary>
    /// <param name="operation">The caller's id.</param>
    /// <param name="product">The product; <c>gpu-vm</c> is metered by its VMs and not charged this way.</param>
    /// <param name="currency">Must be the balance's; when it has none, fixes it, if something can be priced in it (policy 1.4).</param>
    /// <param name="amount">Above zero.</param>
    /// <param name="description">What was used, for people.</param>
    public PostingOutcome Charge(string operation, ProductCode product, Currency currency, Amount amount, string description)
    {
        RequirePositive(amount);
        ArgumentNullException.ThrowIfNull(description);
        if (product == ProductCode.GpuVm) throw new ArgumentException("GPU VMs are charged by their meter readings.", nameof(product));
        var fingerprint = $"charge|{product}|{currency.Code()}|{amount}";
        if (Refusal(operation, fingerprint, currency) is { } refusal) return refusal;
        Fix(currency);
        var entry = Post(EntryKind.Charge, operation, fingerprint, now, Take(amount, product), description, product);
        Enforce(now);
        return new PostingOutcome(PostingResult.Posted, entry.Number);
    }

    private PostingOutcome? Refusal(string operation, string fingerprint, Currency currency, bool isReceived = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(operation);
        if (ownOperations.Any(own => operation.StartsWith(own, StringComparison.Ordinal)))
            throw new ArgumentException($"'{operation}' is an id that the ledger makes itself.", nameof(operation));
        if (operations.TryGetValue(operation, out var known) || KnownAsLot(operation, out known))
        {
            if (known.Fingerprint != fingerprint) return new PostingOutcome(PostingResult.OperationReused, known.EntryNumber);
            return new PostingOutcome(known.EntryNumber == 0 ? PostingResult.Pending : PostingResult.Posted, known.EntryNumber);
        }
        return Objection(currency, isReceived) switch
        {
            null => null,
            CurrencyResult.NoRate => new PostingOutcome(PostingResult.NoRate, 0),
            _ => new PostingOutcome(PostingResult.OtherCurrency, 0),
        };
    }

    // A lot that is not effective yet has no entry that would carry the id.
    private bool KnownAsLot(string operation, out KnownOperation known)
    {
        var lot = balance.Lots.Find(lot => lot.Operation == operation);
        known = lot is null ? default : new KnownOperation(lot.Fingerprint, 0);
        return lot is not null;
    }

    private static void RequirePositive(Amount amount)
    {
        if (amount <= Amount.Zero) throw new ArgumentException($"The amount is {amount}: must be above zero.", nameof(amount));
    }

    /// <summary>Ends come before starts; either first settles every VM, because a lot pays for its own seconds only (policy 2.6).</summary>
    private void EndAndStartLots(DateTimeOffset at)
    {
        var ending = balance.Lots.FindAll(lot => lot.State == LotState.Active && lot.Expires <= at);
        if (ending.IsEmpty && !balance.Lots.Exists(IsStarting)) return;
        SettleAll(at);
        foreach (var lot in ending) End(lot.Id, at);
        RenewPlans(at);
        foreach (var lot in balance.Lots.FindAll(IsStarting)) Start(lot, at, NoticeKind.CreditAdded);

        bool IsStarting(CreditLot lot) => lot.State == LotState.Pending && lot.Effective <= at;
    }

    private void Start(CreditLot lot, DateTimeOffset at, NoticeKind told)
    {
        // The whole amount is remaining already; the entry brings it into the balance.
        Keep(lot with { State = LotState.Active, Remaining = Amount.Zero });
        var entry = Post(EntryKind.Credit, lot.Operation, lot.Fingerprint, at, [new LedgerLine(lot.Id, lot.Kind, lot.Granted)], NameOf(lot.Id));
        Notify(told, at, $"{entry.Number}", lot.Granted, about: NameOf(lot.Id));
        if (lot.Expires <= at) End(lot.Id, at); // found after its whole life: in and out, paying for nothing
    }

    /// <summary>What is left of a lot that is over leaves the balance: as expired, or as revoked.</summary>
    private void End(string id, DateTimeOffset at, string? description = null)
    {
        var lot = balance.Lots.Find(lot => lot.Id == id)!;
        var revoked = lot.State == LotState.Revoked || (lot.State == LotState.Spent && !(lot.Expires <= at)); // spent before its end: nothing was left to revoke, until now
        var plan = lot.State == LotState.Active ? PlanOf(id) : null;
        if (plan is not null) Notify(NoticeKind.PlanEnded, at, id, lot.Remaining, about: plan.Terms.Name);
        Keep(lot with { State = revoked ? LotState.Revoked : lot.Remaining > Amount.Zero ? LotState.Ended : LotState.Spent });
        if (lot.Remaining == Amount.Zero) return;
        var operation = $"{(revoked ? RevocationOperations : ExpiryOperations)}{id}/{balance.EntryCount + 1}";
        Post(revoked ? EntryKind.Revocation : EntryKind.Expiry, operation, operation, at, [new LedgerLine(id, lot.Kind, -lot.Remaining)], description ?? NameOf(id));
        if (revoked) Notify(NoticeKind.CreditRevoked, at, $"{balance.EntryCount}", lot.Remaining, about: NameOf(id));
        else if (plan is null) Notify(NoticeKind.CreditExpired, at, $"{balance.EntryCount}", lot.Remaining, about: NameOf(id));
    }

    /// <summary>Tells of credit that will end unused, at each of the times before that which have passed in this step. One that begins closer to its end is not told of.</summary>
    private void WarnOfExpiries()
    {
        foreach (var lot in balance.Lots.Where(lot => !(lot.Expires <= now))) // in a part of the step some have not ended that will have
            foreach (var before in rules.Policy.ExpiryWarnings)
                if (lot.ExpiryWarning(before) is { } at && at > written.AdvancedTo && at <= balance.AdvancedTo)
                    Notify(NoticeKind.CreditExpiring, at, $"{lot.Id}/{before.Ticks / TimeSpan.TicksPerSecond}", lot.Remaining, timeLeft: before, about: NameOf(lot.Id));
    }

    /// <summary>Which portions pay: eligible lots in the order of use, the rest from the top-up part (policy 2.4, 2.5, 2.8).</summary>
    private ImmutableArray<LedgerLine> Take(Amount amount, ProductCode product)
    {
        if (balance.Lots.IsEmpty) return amount > Amount.Zero ? [new LedgerLine(CreditLot.TopUp, CreditKind.TopUp, -amount)] : [];
        var lines = ImmutableArray.CreateBuilder<LedgerLine>();
        foreach (var lot in balance.Lots.Where(lot => lot.Pays(product)).Order(CreditLot.OrderOfUse))
        {
            if (amount == Amount.Zero) break;
            var part = Amount.Min(lot.Remaining, amount);
            lines.Add(new LedgerLine(lot.Id, lot.Kind, -part));
            amount -= part;
        }
        if (amount > Amount.Zero) lines.Add(new LedgerLine(CreditLot.TopUp, CreditKind.TopUp, -amount));
        return lines.ToImmutable();
    }
}
