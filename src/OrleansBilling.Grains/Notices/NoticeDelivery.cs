using System.Text.RegularExpressions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Notices;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Grains.Notices;

/// <summary>
/// Sends what is in the outbox, on every silo and beside everything else: no balance waits for a receiver, no channel for another, and of each receiver
/// a silo has one delivery under way at a time, so that a dead one keeps no others from theirs. An attempt is counted before it is made, so a warning that was tried is known to have been (E11); who dies in
/// between sends twice, under the same id.
/// </summary>
internal sealed partial class NoticeDelivery(
    IOutbox outbox,
    OutboxSignal signal,
    NoticeWriter writer,
    IEnumerable<INoticeChannel> channels,
    IClockReferee referee,
    IOptions<BillingOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
    ILogger<NoticeDelivery> logger) : BackgroundService
{
    private const int MostAtOnce = 200; // receivers in a page; more than are under way of any channel
    private const int KeptAnswers = 20;
    private const int LongestDetail = 300;
    private static readonly TimeSpan lease = TimeSpan.FromMinutes(6); // longer than any attempt takes

    private bool hasLeft;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(channels.Select(channel => Run(channel, stoppingToken)));

    private async Task Run(INoticeChannel channel, CancellationToken stopping)
    {
        var underway = new Dictionary<(BalanceId, string), Task>();
        while (!stopping.IsCancellationRequested)
        {
            var next = signal.Next;
            try
            {
                foreach (var (receiver, _) in underway.Where(sending => sending.Value.IsCompleted).ToList()) underway.Remove(receiver);
                if (underway.Count < channel.AtOnce) await Begin(channel, underway, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // the next look looks again
            catch (Exception failed)
#pragma warning restore CA1031
            {
                CouldNotLook(failed, channel.Channel);
            }
            await Task.WhenAny([next, Task.Delay(options.Value.Notices.LookEvery, stopping), .. underway.Values]);
        }
        await Task.WhenAll(underway.Values);
    }

    private async Task Begin(INoticeChannel channel, Dictionary<(BalanceId, string), Task> underway, CancellationToken stopping)
    {
        if (!referee.Trusts(clock.Now())) return; // what it took would be due again at a wrong time
        foreach (var delivery in await outbox.Due(channel.Channel, clock.Now(), MostAtOnce))
        {
            if (underway.Count >= channel.AtOnce || stopping.IsCancellationRequested) return;
            if (delivery.Notice.Kind == KnownNotices.None)
            {
                if (!Interlocked.Exchange(ref hasLeft, true)) LeftForNewer(delivery.Id, delivery.Balance); // not at every look
                continue;
            }
            if (underway.ContainsKey((delivery.Balance, delivery.Recipient)) || !await outbox.Claim(delivery, clock.Now() + lease)) continue;
            underway.Add((delivery.Balance, delivery.Recipient), Send(channel, delivery, stopping));
        }
    }

    private async Task Send(INoticeChannel channel, DueDelivery delivery, CancellationToken stopping)
    {
        await Task.Yield(); // whatever a channel does before it waits, it keeps nobody else from beginning
        try
        {
            var attempt = await Try(channel, delivery with { Notice = writer.Write(delivery.Notice, delivery.Balance, delivery.Settings, delivery.Currency) }, stopping);
            var pause = attempt.Result == AttemptResult.Failed ? PauseAfter(channel, delivery, attempt) : null;
            var state = attempt.Result == AttemptResult.Delivered ? DeliveryState.Delivered : pause is null ? DeliveryState.Failed : DeliveryState.Waiting;
            var answers = delivery.Answers.TakeLast(KeptAnswers - 1).Append(new DeliveryAnswer(clock.Now(), attempt.Answer)).ToList();
            await outbox.Finish(delivery, state, clock.Now() + pause, answers);
            if (attempt.Result == AttemptResult.Gone && delivery.Settings.Webhook is { } gone) await outbox.ForgetWebhook(delivery.Balance, gone);
            if (state == DeliveryState.Waiting) NotTaken(delivery.Id, channel.Channel, delivery.Balance, attempt.Answer, Line(attempt.Detail));
            if (state == DeliveryState.Failed && attempt.Result != AttemptResult.NotSetUp) GivenUp(delivery.Id, channel.Channel, delivery.Balance, attempt.Answer, Line(attempt.Detail));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It is due again after its lease.
        }
#pragma warning disable CA1031 // the same: nobody knows what became of it
        catch (Exception failed)
#pragma warning restore CA1031
        {
            NotRecorded(failed, delivery.Id);
        }
    }

    private static async Task<Attempt> Try(INoticeChannel channel, DueDelivery delivery, CancellationToken stopping)
    {
        try
        {
            return await channel.Send(delivery, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // whatever it was, it is tried again
        catch (Exception failed)
#pragma warning restore CA1031
        {
            return Attempt.Of(failed);
        }
    }

    // What others have written is one short line in the log, and names nobody: mail servers repeat the address that they refuse.
    private static string Line(string detail) => MailAddresses().Replace(string.Concat(detail.Take(LongestDetail).Select(letter => char.IsControl(letter) ? ' ' : letter)), "…@");

    [GeneratedRegex(@"[^\s<>()\[\],;:""']+@")]
    private static partial Regex MailAddresses();

    private static TimeSpan? PauseAfter(INoticeChannel channel, DueDelivery delivery, Attempt attempt)
    {
        if (delivery.Attempts >= channel.Pauses.Count) return null;
        var pause = channel.Pauses[delivery.Attempts] * (1 + Random.Shared.NextDouble() / 10); // so that receivers that were down are not met by all at once
        return attempt.NotWithin > pause ? attempt.NotWithin : pause;
    }

    [LoggerMessage(1, LogLevel.Error, "Could not look for what is to be sent by {Channel}.")]
    private partial void CouldNotLook(Exception exception, DeliveryChannel channel);

    [LoggerMessage(2, LogLevel.Warning, "Gave up {Delivery} by {Channel} of balance {Balance}: {Answer} {Detail}")]
    private partial void GivenUp(string delivery, DeliveryChannel channel, BalanceId balance, string answer, string detail);

    [LoggerMessage(3, LogLevel.Error, "What became of {Delivery} could not be recorded; it is tried again.")]
    private partial void NotRecorded(Exception exception, string delivery);

    [LoggerMessage(4, LogLevel.Information, "Not taken and tried again: {Delivery} by {Channel} of balance {Balance}: {Answer} {Detail}")]
    private partial void NotTaken(string delivery, DeliveryChannel channel, BalanceId balance, string answer, string detail);

    [LoggerMessage(5, LogLevel.Warning, "{Delivery} of balance {Balance} is of a kind that this version does not know: it is left, as all such, for a silo of the version that wrote it.")]
    private partial void LeftForNewer(string delivery, BalanceId balance);
}
