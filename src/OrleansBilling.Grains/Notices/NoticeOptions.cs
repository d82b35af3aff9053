using System.Net.Mail;

namespace OrleansBilling.Grains.Notices;

/// <summary>How notices are sent. Section <c>Notices</c>.</summary>
public sealed class NoticeOptions
{
    /// <summary>How often a silo looks for deliveries that are due, in real time; those of its own balances it sends at once. Default 1 second; at least 10 ms.</summary>
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Section <c>Notices:Mail</c>.</summary>
    public MailOptions Mail { get; set; } = new();

    /// <summary>Section <c>Notices:Webhooks</c>.</summary>
    public WebhookOptions Webhooks { get; set; } = new();

    internal void Check()
    {
        if (LookEvery < TimeSpan.FromMilliseconds(10)) throw new ArgumentException($"Notices:LookEvery is {LookEvery}: at least 10 ms.");
        if (Webhooks.Timeout < TimeSpan.FromSeconds(1) || Webhooks.Timeout > TimeSpan.FromMinutes(1)) throw new ArgumentException($"Notices:Webhooks:Timeout is {Webhooks.Timeout}: from 1 second to 1 minute.");
        Mail.Check();
    }
}

/// <summary>The mail server. Without a host no mail is sent.</summary>
public sealed class MailOptions
{
    /// <summary>Its name, which its certificate must carry.</summary>
    public string Host { get; set; } = "";

    /// <summary>The port of submission with STARTTLS, which is required. Default 587.</summary>
    public int Port { get; set; } = 587;

    /// <summary>The sender, e.g. <c>Billing &lt;billing@example.com&gt;</c>.</summary>
    public string From { get; set; } = "";

    /// <summary>Signs in with AUTH; empty: not at all.</summary>
    public string User { get; set; } = "";

    /// <summary>Its password. Never shown.</summary>
    public string Password { get; set; } = "";

    /// <summary>A PEM file with the authorities of its certificate, in place of the system's; empty: the system's.</summary>
    public string Authority { get; set; } = "";

    /// <summary>How long a message may take from the first connection on, whichever step of it hangs, in real time. Default 30 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    internal bool IsSetUp => Host.Length > 0;

    internal void Check()
    {
        if (!IsSetUp) return;
        if (!MailAddress.TryCreate(From, out _)) throw new ArgumentException($"Notices:Mail:From is '{From}': expected an address, as there is a host.");
        if (Port is < 1 or > 65535) throw new ArgumentException($"Notices:Mail:Port is {Port}: from 1 to 65535.");
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(5)) throw new ArgumentException($"Notices:Mail:Timeout is {Timeout}: from 1 second to 5 minutes.");
        if (Authority.Length > 0 && !File.Exists(Authority)) throw new ArgumentException($"Notices:Mail:Authority is '{Authority}': there is no such file.");
    }
}

/// <summary>The signed webhooks.</summary>
public sealed class WebhookOptions
{
    /// <summary>Whether endpoints on this machine itself are allowed, also without TLS. For development and tests only. Default no.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>How long an endpoint may take to answer, in real time. Default 20 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);
}
