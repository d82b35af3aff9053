using System.Collections.Concurrent;
using System.Net.Mail;
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Grains.Notices.Mail;

namespace OrleansBilling.Cluster.Tests.Notices;

/// <summary>A mail server in the test's hands.</summary>
internal sealed class HandMailServer : IMailServer
{
    private readonly ConcurrentQueue<(string To, string Id, string Subject)> taken = new();

    public bool IsSetUp => true;

    public MailAddress From { get; } = new("billing@example.com");

    /// <summary>It answers nobody.</summary>
    public bool IsDown { get; set; }

    /// <summary>How it is down.</summary>
    public Func<Exception> Failure { get; set; } = () => new SmtpException("Nobody is there.");

    public IReadOnlyList<(string To, string Id, string Subject)> Taken => [.. taken];

    public void AddTo(ClusterSetup setup)
    {
        var services = setup.Services;
        setup.Services = collection =>
        {
            services(collection);
            collection.AddSingleton<IMailServer>(this);
        };
    }

    public Task Send(MailMessage message, CancellationToken cancellation)
    {
        if (IsDown) throw Failure();
        taken.Enqueue((message.To.Single().Address, message.Headers["Message-ID"]!, message.Subject));
        return Task.CompletedTask;
    }
}
