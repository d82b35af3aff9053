using System.Net.Mail;

namespace OrleansBilling.Grains.Notices.Mail;

/// <summary>What takes our mail.</summary>
public interface IMailServer
{
    /// <summary>Whether there is one.</summary>
    bool IsSetUp { get; }

    /// <summary>The sender.</summary>
    MailAddress From { get; }

    /// <summary>Returns when the server has taken the message. However the server behaves this has an end, so that an attempt to warn is one (E11).</summary>
    /// <exception cref="SmtpException">It has not.</exception>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    Task Send(MailMessage message, CancellationToken cancellation);
}
