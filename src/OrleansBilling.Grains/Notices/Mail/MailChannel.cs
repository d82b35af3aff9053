using System.Net.Mail;
using OrleansBilling.Contracts.Notices;

namespace OrleansBilling.Grains.Notices.Mail;

/// <summary>Notices by e-mail. A receiver that the server does not know is given up; whatever else keeps a message from going is tried again.</summary>
internal sealed class MailChannel(IMailServer server, NoticeWriter writer) : INoticeChannel
{
    private const int NotKnown = 550; // and what follows: of the receiver, for ever (RFC 5321)

    public DeliveryChannel Channel => DeliveryChannel.Email;

    /// <summary>So many that a server which takes connections and answers nothing keeps few deletions waiting for their first attempt to warn: thousands end in an hour.</summary>
    public int AtOnce => 32;

    public IReadOnlyList<TimeSpan> Pauses { get; } =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(4),
        TimeSpan.FromHours(12), TimeSpan.FromHours(24),
    ];

    public async Task<Attempt> Send(DueDelivery delivery, CancellationToken cancellation)
    {
        if (!server.IsSetUp) return new Attempt(AttemptResult.NotSetUp, "not-set-up");
        if (!MailAddress.TryCreate(delivery.Recipient, out _)) return new Attempt(AttemptResult.Refused, "no-address");
        using var message = NoticeMail.Of(delivery, writer.LanguageOf(delivery.Balance, delivery.Settings), server.From);
        try
        {
            await server.Send(message, cancellation);
            return new Attempt(AttemptResult.Delivered, "taken");
        }
        catch (SmtpFailedRecipientException refused) when ((int)refused.StatusCode >= NotKnown)
        {
            return Attempt.Of(refused) with { Result = AttemptResult.Refused };
        }
    }
}
