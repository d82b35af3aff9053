using Microsoft.Extensions.Logging;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Contracts.Tenants;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Pricing;
using OrleansBilling.Payments;

namespace OrleansBilling.Grains.Payments;

/// <summary>
/// Promises that every receipt of a gateway is credited once, however often, late or in whatever order the gateway says so (M9). What it
/// said is stored first, together with what the ledger is owed for it, then posted under ids of its own, then answered; whatever of this is
/// cut off is done again from what is stored.
/// </summary>
public sealed partial class PaymentGrain(
    [PersistentState(PaymentGrain.StateName, StorageNames.State)] IPersistentState<StoredPayment> state,
    PaymentMatrix matrix,
    PaymentOptions settings,
    RegionRules rules,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
    ILogger<PaymentGrain> logger) : Grain, IPaymentGrain, IPaymentNotifications, IRemindable
{
    internal const string StateName = "payment";
    private const string AskReminder = "ask";
    private static readonly TimeSpan pageLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan holdLife = TimeSpan.FromDays(180);

    private string Id => this.GetPrimaryKeyString();

    private StoredPayment Stored => state.State;

    private IBalanceGrain Balance => GrainFactory.GetGrain<IBalanceGrain>(Stored.Balance().ToString());

    public async Task<PaymentReply> Start(StartPayment command)
    {
        if (state.RecordExists) await state.ReadStateAsync(); // as in Find
        if (!state.RecordExists)
        {
            if (await Refusal(command) is { } refusal) return refusal;
            // Both before it is stored: a payment that nobody lists or asks about must not be.
            await GrainFactory.GetGrain<IPaymentsGrain>(command.Balance.ToString()).Add(Id);
            await this.RegisterOrUpdateReminder(AskReminder, AskSchedule.First, AskSchedule.First);
            await Store(New(command));
        }
        else if (!IsOf(command)) return new PaymentReply(PaymentResult.OperationReused);
        if (Stored.Reference is null && !await HasPage()) return new PaymentReply(PaymentResult.GatewayUnavailable);
        return new PaymentReply(PaymentResult.Started, View());
    }

    async Task<NotificationOutcome> IPaymentNotifications.Take(string gateway, SaidByGateway[] said)
    {
        await state.ReadStateAsync(); // it may have been put back to an older backup, to which what is remembered as paid is not
        if (!state.RecordExists || Stored.Gateway != gateway) return NotificationOutcome.UnknownPayment;
        var events = said.Select(one => one.ToEvent()).ToList();
        var outcome = await Apply(events);
        // The gateway waits for us to take the money.
        if (events.OfType<PayerApproved>().Any() && !await Ask()) return NotificationOutcome.NotStored;
        return outcome;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await state.ReadStateAsync(); // as in Take
        if (!state.RecordExists)
        {
            await EndReminder();
            return;
        }
        await ListOrLeave();
        // One that is stuck is asked about too: it may have gone back to the payer.
        if (await Post() || Stored.Refused is not null) await Ask();
        var next = AskSchedule.Next(
            Stored.ToState(Id).Status, Stored.Asked, clock.Now() - DateTimeOffset.FromUnixTimeMilliseconds(Stored.StartedAtMilliseconds), matrix.Find(Stored.Gateway)?.TellsOfRefunds ?? true,
            settings.UntoldRefunds);
        if (Stored.Unposted.Length > 0) next = Stored.Refused is null ? AskSchedule.First : next ?? AskSchedule.Stuck;
        else if (Stored.ToRelease(Stored.ToState(Id)).Count > 0) next = AskSchedule.First;
        if (next is { } wait)
        {
            await Store(Stored with { Asked = Stored.Asked + 1 });
            await this.RegisterOrUpdateReminder(AskReminder, wait, wait);
            return;
        }
        if (Stored.ToState(Id).IsOpen) await Apply([new PaymentExpired()]); // given up; a success that comes all the same is credited
        await EndReminder();
        await Store(Stored with { HasReminder = false });
    }

    public async Task<PaymentView?> Find(BalanceId balance)
    {
        await state.ReadStateAsync(); // a person gets no answer from an activation that was replaced
        return state.RecordExists && Stored.Balance() == balance ? View() : null;
    }

    private async Task<PaymentReply?> Refusal(StartPayment command)
    {
        if (matrix.Refusal(command.Balance.Region, command.Gateway, command.Currency, command.Amount) is { } refusal)
        {
            var result = refusal.Reason switch
            {
                PaymentRefusalReason.NotOffered => PaymentResult.NotOffered,
                PaymentRefusalReason.BelowMinimum => PaymentResult.BelowMinimum,
                _ => PaymentResult.AmountRefused,
            };
            return new PaymentReply(result, Reason: refusal.Sentence);
        }
        var balance = await GrainFactory.GetGrain<IBalanceGrain>(command.Balance.ToString()).Read();
        if (balance.Currency is { } other && other != command.Currency) return new PaymentReply(PaymentResult.OtherCurrency);
        if (!(await rules.Of(command.Balance.Region)).Prices.Takes(command.Currency, clock.Now())) return new PaymentReply(PaymentResult.NoRate);
        return await GrainFactory.GetGrain<IBillingProfileGrain>(command.Balance.ToString()).Find() is null ? new PaymentReply(PaymentResult.ProfileMissing) : null;
    }

    private StoredPayment New(StartPayment command)
    {
        var now = TimeProvider.System.Now(); // gateways live in real time
        return new StoredPayment
        {
            Region = command.Balance.Region, Tenant = command.Balance.Tenant, Gateway = command.Gateway,
            Currency = command.Currency.Code(), AmountMicros = command.Amount.Micros,
            CreatedAtMilliseconds = now.ToUnixTimeMilliseconds(), ExpiresAtMilliseconds = (now + pageLife).ToUnixTimeMilliseconds(),
            StartedAtMilliseconds = clock.Now().ToUnixTimeMilliseconds(),
            ReturnTo = command.ReturnTo.AbsoluteUri, PayerAddress = command.PayerAddress, Language = command.Language, HasReminder = true,
        };
    }

    // Where the browser comes back to, where it is and what it speaks may differ from one attempt to the next.
    private bool IsOf(StartPayment command) =>
        (Stored.Balance(), Stored.Gateway, Stored.Currency, Stored.AmountMicros) == (command.Balance, command.Gateway, command.Currency.Code(), command.Amount.Micros);

    /// <summary>Makes the page. When the gateway's answer was lost it is made again, and is the same page.</summary>
    private async Task<bool> HasPage()
    {
        if (!Stored.ToState(Id).IsOpen) return true;
        if (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() >= Stored.ExpiresAtMilliseconds)
        {
            await Apply([new PaymentExpired()]);
            return true;
        }
        PaymentPage page;
        try
        {
            using var patience = GatewayPatience.Begin();
            page = await Gateway().Create(Stored.ToPayment(Id), patience.Token);
        }
#pragma warning disable CA1031 // whatever it was, nobody has paid, and the caller may try again
        catch (Exception failed)
#pragma warning restore CA1031
        {
            NoPage(failed, Stored.Gateway, Id);
            return false;
        }
        await Store(Stored with { Reference = page.Reference, Page = page.Address?.AbsoluteUri });
        return true;
    }

    /// <summary>Asks the gateway where the payment stands; false when it could not say.</summary>
    private async Task<bool> Ask()
    {
        // Of a page that nobody was told of there is nothing to ask.
        if (Stored.Reference is not { } reference) return true;
        IReadOnlyList<PaymentEvent> events;
        try
        {
            using var patience = GatewayPatience.Begin();
            events = await Gateway().Ask(Stored.ToPayment(Id), reference, patience.Token);
        }
#pragma warning disable CA1031 // whatever it was, it is asked again
        catch (Exception failed)
#pragma warning restore CA1031
        {
            NotAnswered(failed, Stored.Gateway, Id);
            return false;
        }
        var outcome = await Apply(events);
        if (outcome == NotificationOutcome.AmountDiffers && !Stored.HasDiffered)
        {
            AmountDiffers(Stored.Gateway, Id);
            await Store(Stored with { HasDiffered = true });
        }
        return outcome != NotificationOutcome.NotStored;
    }

    private IPaymentGateway Gateway() => matrix.Find(Stored.Gateway) ?? throw new GatewayException($"The gateway {Stored.Gateway} is not set up.");

    /// <summary>Stores what happened and what follows from it, posts it, and only then says so.</summary>
    private async Task<NotificationOutcome> Apply(IReadOnlyCollection<PaymentEvent> events)
    {
        var (next, postings, worst, isNew) = (Stored.ToState(Id), new List<PaymentPosting>(), NotificationOutcome.Stored, false);
        foreach (var happened in events)
        {
            var change = next.Apply(happened);
            next = change.Next;
            postings.AddRange(change.Postings);
            isNew |= change.Outcome == NotificationOutcome.Stored;
            if (change.Outcome > worst) worst = change.Outcome;
        }
        // Told once, and kept like a posting until it has been; a success that comes all the same is told too.
        if (next.Status == PaymentStatus.Failed && Stored.ToState(Id).Status != PaymentStatus.Failed)
            postings.Add(new PaymentPosting(PostingKind.Failure, $"payment/{Id}/failed", next.Amount));
        if (isNew)
        {
            // What is owed and cannot be posted now is posted by the reminder, soon, whoever dies meanwhile. And a dispute may come after the last question.
            var goesOn = postings.Count > 0 || Stored.ToRelease(next).Count > 0 || next.IsDisputed;
            if (goesOn) await this.RegisterOrUpdateReminder(AskReminder, AskSchedule.First, AskSchedule.First);
            await StoreAndLeave(Stored.With(next, postings, clock.Now()) with { HasReminder = Stored.HasReminder || goesOn });
        }
        return await Post() ? worst : NotificationOutcome.NotStored;
    }

    private async Task EndReminder()
    {
        if (await this.GetReminder(AskReminder) is { } reminder) await this.UnregisterReminder(reminder);
    }

    private PaymentView View()
    {
        var payment = Stored.ToState(Id);
        // Nobody is told of a credit that the ledger has not.
        var credited = payment.Credited.Values.Aggregate(Amount.Zero, (sum, amount) => sum + amount) - Stored.SettledOf(PostingKind.Credit);
        var takenBack = payment.TakenBack - Stored.SettledOf(PostingKind.TakeBack) + Stored.SettledOf(PostingKind.GiveBack);
        var isOwed = Stored.Unposted.Any(owed => (PostingKind)owed.Kind == PostingKind.Credit);
        var status = Stored.Refused is not null ? PaymentStatus.Stuck
            : isOwed ? PaymentStatus.Pending
            : payment.Status == PaymentStatus.Paid && !Stored.Settled.IsEmpty ? PaymentStatus.Settled
            : payment.Status;
        return new PaymentView(
            Id, Stored.Gateway, payment.Currency, payment.Amount, status, DateTimeOffset.FromUnixTimeMilliseconds(Stored.StartedAtMilliseconds),
            payment.Status == PaymentStatus.Created && Stored.Page is { } page ? new Uri(page) : null, isOwed ? Amount.Zero : credited, takenBack);
    }

    /// <summary>The only place that writes.</summary>
    private Task Store(StoredPayment next) => state.Replace(next, otherwise: DeactivateOnIdle);

    [LoggerMessage(1, LogLevel.Warning, "{Gateway} made no page for payment {Payment}.")]
    private partial void NoPage(Exception failed, string gateway, string payment);

    [LoggerMessage(2, LogLevel.Warning, "{Gateway} did not say where payment {Payment} stands; it is asked again.")]
    private partial void NotAnswered(Exception failed, string gateway, string payment);

    [LoggerMessage(5, LogLevel.Error, "{Gateway}, asked about payment {Payment}, names another amount or currency than we have. Nothing is credited; this is said once.")]
    private partial void AmountDiffers(string gateway, string payment);
}
