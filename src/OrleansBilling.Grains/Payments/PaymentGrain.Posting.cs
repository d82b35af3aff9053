using System.Collections.Immutable;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Payments;

namespace OrleansBilling.Grains.Payments;

/// <summary>What a payment owes the ledger, and what its disputes hold meanwhile.</summary>
public sealed partial class PaymentGrain
{
    /// <summary>Posts what the ledger is owed, each under its own id (M5); false when the ledger refuses it.</summary>
    private async Task<bool> Post()
    {
        while (Stored.Unposted is [var owed, ..])
        {
            var (currency, amount, description) = (Stored.Money(), new Amount(owed.AmountMicros), Stored.Description(Id, owed));
            if ((PostingKind)owed.Kind == PostingKind.Failure)
            {
                await Balance.TellPaymentFailed(new TellPaymentFailed(owed.Operation, amount, description, currency));
                await Store(Stored with { Unposted = Stored.Unposted.RemoveAt(0) });
                continue;
            }
            var reply = (PostingKind)owed.Kind == PostingKind.TakeBack
                ? await Balance.TakeBack(new TakeBack(owed.Operation, currency, amount, description, await Holds(Disputed())))
                : await Balance.TopUp(new TopUp(owed.Operation, currency, amount, description, GivenBack: (PostingKind)owed.Kind == PostingKind.GiveBack));
            if (reply.Result != PostingResult.Posted)
            {
                await GetStuck(owed, reply.Result);
                return Stored.Unposted.IsEmpty;
            }
            await StoreAndLeave(Stored with { Unposted = Stored.Unposted.RemoveAt(0), Refused = null });
        }
        await HoldAnew();
        if (Stored.ToRelease(Stored.ToState(Id)) is not { Count: > 0 } ended) return true;
        foreach (var dispute in ended) await Balance.Release(HoldIdOf(dispute)); // after what they came to is in the ledger
        await Store(Stored with { Holding = [.. Stored.Holding.Except(ended)], Held = Stored.Held.RemoveAll(held => ended.Contains(held.Name)) });
        return true;
    }

    /// <summary>
    /// How one dispute ends, or a refund, changes what another has taken, with a posting or without: all of them hold what they have taken now. Only then are those
    /// released that have ended, so that there is no moment in which too little is held.
    /// </summary>
    private async Task HoldAnew()
    {
        // What an operator dealt with, or the balance never got, was not taken from it.
        if (!Stored.Settled.IsEmpty || Disputed() is not { IsEmpty: false } disputed) return;
        var held = StoredPayment.Stored(disputed);
        if (Stored.Held.SequenceEqual(held)) return;
        await Balance.HoldDisputes(await Holds(disputed));
        await Store(Stored with { Held = held });
    }

    private ImmutableSortedDictionary<string, Amount> Disputed() =>
        settings.DisputeHolds == HeldActions.None ? ImmutableSortedDictionary<string, Amount>.Empty : Stored.ToState(Id).Disputed;

    private async Task<PlaceHold[]> Holds(ImmutableSortedDictionary<string, Amount> disputed)
    {
        // Stored before they are placed: what may be there is released some day.
        if (disputed.Keys.Except(Stored.Holding).Any()) await Store(Stored with { Holding = [.. Stored.Holding.Union(disputed.Keys)] });
        return [.. disputed.Select(dispute => HoldOf(dispute.Key, dispute.Value))];
    }

    private string HoldIdOf(string dispute) => $"dispute-{Id}-{dispute}";

    private PlaceHold HoldOf(string dispute, Amount taken) =>
        new(HoldIdOf(dispute), settings.DisputeHolds, $"Payment {Id} is disputed.", "payments", clock.Now() + holdLife, taken);
}
