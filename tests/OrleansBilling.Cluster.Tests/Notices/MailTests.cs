using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Notices;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Notices;
using OrleansBilling.Grains.Notices.Mail;

namespace OrleansBilling.Cluster.Tests.Notices;

/// <summary>Notices by e-mail, to a real SMTP server on this machine (policy 4.3; E11, F20).</summary>
public sealed partial class MailTests
{
    [Fact]
    public async Task P4_3_A_notice_arrives_encrypted_and_signed_in_as_text_and_as_HTML_under_its_stable_id()
    {
        await using var server = new SmtpServer();
        await using var cluster = await Begin(server);
        await cluster.Tell("ada@example.com");
        await cluster.TopUp("3");
        var delivered = await cluster.Reaches("it is delivered", delivery => delivery.State == DeliveryState.Delivered);

        var (to, message) = Assert.Single(server.Taken);
        Assert.Equal("ada@example.com", to);
        Assert.Equal(["EHLO", "STARTTLS"], server.InTheClear.Select(command => command.Split(' ')[0]));
        Assert.Contains($"Message-ID: <{delivered.Id}@example.com>", message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("From: Billing <billing@example.com>", message.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated", message, StringComparison.Ordinal);
        Assert.Contains("Subject: $3.00 received", message, StringComparison.Ordinal);
        Assert.Contains("multipart/alternative", message, StringComparison.Ordinal);
        Assert.Contains("We have received $3.00 (test).", PartOf(message, "text/plain"), StringComparison.Ordinal);
        Assert.Contains("<p>We have received $3.00 (test).", PartOf(message, "text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task P4_3_It_is_in_the_tenants_language_and_what_the_tenant_has_named_is_text_and_no_HTML()
    {
        await using var server = new SmtpServer();
        await using var cluster = await Begin(server);
        Assert.True(await cluster.Billing.SetNoticeLanguage(cluster.Tenant, "japanese", "ja"));
        Assert.False(await cluster.Billing.SetNoticeLanguage(cluster.Tenant, "french", "fr"));
        await cluster.Tell("ada@example.com");
        await cluster.Billing.TopUp(cluster.Tenant, new("pay", Domain.Money.Currency.Usd, Domain.Money.Amount.Parse("3"), "<b>&\"card\"</b>"));
        await Eventually.Holds(() => server.Taken.Count == 1, "it arrives");

        var message = server.Taken[0].Message;
        Assert.Contains("3.00米ドルの入金（<b>&\"card\"</b>）を確認し、残高に加えました。", PartOf(message, "text/plain"), StringComparison.Ordinal);
        Assert.Contains("（&lt;b&gt;&amp;&quot;card&quot;&lt;/b&gt;）を確認し", PartOf(message, "text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task F20_E11_After_451_it_is_sent_again_under_the_same_id()
    {
        await using var server = new SmtpServer();
        server.Refuse("451 not now");
        await using var cluster = await Begin(server);
        await cluster.Tell("ada@example.com");
        await cluster.TopUp("3");
        var failed = await cluster.Reaches("it was tried", delivery => delivery.Answers.Length == 1);
        Assert.Equal((DeliveryState.Waiting, 0), (failed.State, server.Taken.Count));
        Assert.Equal("451", failed.Answers[0].Answer);

        cluster.Clock.AdvanceTo(failed.NextAttemptAt!.Value);
        await cluster.Reaches("it is delivered", delivery => delivery.State == DeliveryState.Delivered);
        Assert.Contains(failed.Id, Assert.Single(server.Taken).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_STARTTLS_gets_neither_the_password_nor_the_message()
    {
        await using var server = new SmtpServer { OffersTls = false };
        await using var cluster = await Begin(server);
        await cluster.Tell("ada@example.com");
        await cluster.TopUp("3");

        var failed = await cluster.Reaches("it was tried", delivery => delivery.Answers.Length == 1);
        Assert.Equal("unreachable", failed.Answers[0].Answer);
        Assert.Equal(["EHLO"], server.InTheClear.Select(command => command.Split(' ')[0]).Where(verb => verb != "QUIT"));
        Assert.Empty(server.Taken);
    }

    [Fact]
    public async Task A_server_under_another_name_than_its_certificates_gets_neither()
    {
        await using var server = new SmtpServer();
        await using var cluster = await Begin(server, host: "127.0.0.1");
        await cluster.Tell("ada@example.com");
        await cluster.TopUp("3");

        await cluster.Reaches("it was tried", delivery => delivery.Answers.Length == 1);
        Assert.Equal(["EHLO", "STARTTLS"], server.InTheClear.Select(command => command.Split(' ')[0]));
        Assert.Empty(server.Taken);
    }

    [Fact]
    public async Task A_recipient_that_does_not_exist_is_given_up_and_the_others_are_written_to()
    {
        using var alerts = new Alerts(LogLevel.Information);
        await using var server = new SmtpServer();
        await using var cluster = await Begin(server, alerts: alerts);
        await cluster.Tell("nobody@example.com", "ada@example.com");
        await cluster.TopUp("3");
        var unknown = await cluster.Reaches("the unknown one is given up", delivery => delivery is { Recipient: "nobody@example.com", State: DeliveryState.Failed, Attempts: 1 });
        Assert.Equal("550", unknown.Answers[0].Answer); // and none of the server's own words
        await cluster.Reaches("the other one is delivered", delivery => delivery is { Recipient: "ada@example.com", State: DeliveryState.Delivered });
        // Operators read the server's words, without the address that it repeats.
        await Eventually.Holds(() => alerts.Messages.Any(line => line.Contains("<…@example.com> unknown", StringComparison.Ordinal)), "it is in the log"); // which comes after what is stored
        Assert.DoesNotContain(alerts.Messages, line => line.Contains("nobody@", StringComparison.Ordinal));
    }

    [Fact]
    public async Task F20_E11_An_attempt_ends_whichever_step_the_server_leaves_unanswered()
    {
        string[] steps = ["", "EHLO", "STARTTLS", "MAIL", "DATA"];
        await Task.WhenAll(steps.Select(async step =>
        {
            await using var server = new SmtpServer { HangsAt = step };
            var options = new BillingOptions();
            options.Notices.Mail = new MailOptions
            {
                Host = "localhost", Port = server.Port, From = "billing@example.com", User = SmtpServer.User, Password = SmtpServer.Password, Authority = SmtpServer.Authority, Timeout = TimeSpan.FromSeconds(1),
            };
            using var message = new System.Net.Mail.MailMessage("billing@example.com", "ada@example.com", "Low", "Add credit.");
            await Assert.ThrowsAsync<TimeoutException>(() => new SmtpMailServer(Microsoft.Extensions.Options.Options.Create(options)).Send(message, CancellationToken.None));
        }));
    }

    private static Task<BillingCluster> Begin(SmtpServer server, string host = "localhost", Alerts? alerts = null) => BillingCluster.Start(setup =>
    {
        Telling.Sending(setup);
        if (alerts is not null) setup.Services += services => services.AddSingleton<ILoggerProvider>(alerts);
        var billing = setup.Billing;
        setup.Billing = options =>
        {
            billing(options);
            var mail = options.Notices.Mail;
            (mail.Host, mail.Port, mail.From) = (host, server.Port, "Billing <billing@example.com>");
            (mail.User, mail.Password, mail.Authority) = (SmtpServer.User, SmtpServer.Password, SmtpServer.Authority);
        };
    });

    /// <summary>The content of one part of a message.</summary>
    private static string PartOf(string message, string type)
    {
        var part = message.Split("--boundary").Single(part => part.Contains($"Content-Type: {type}", StringComparison.OrdinalIgnoreCase));
        var (head, body) = (part[..part.IndexOf("\r\n\r\n", StringComparison.Ordinal)], part[part.IndexOf("\r\n\r\n", StringComparison.Ordinal)..]);
        if (head.Contains("base64", StringComparison.OrdinalIgnoreCase)) return Encoding.UTF8.GetString(Convert.FromBase64String(body.Trim().TrimEnd('-')));
        var bytes = QuotedPrintable().Replace(body.Replace("=\r\n", "", StringComparison.Ordinal), octet => ((char)Convert.ToByte(octet.Groups[1].Value, 16)).ToString());
        return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));
    }

    [GeneratedRegex("=([0-9A-F]{2})")]
    private static partial Regex QuotedPrintable();
}
