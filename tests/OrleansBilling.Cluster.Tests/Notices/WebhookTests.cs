using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Notices;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Notices.Webhooks;

namespace OrleansBilling.Cluster.Tests.Notices;

/// <summary>Webhooks after Standard Webhooks 1.0.0, over real HTTP (policy 4.3; E11, F20).</summary>
public sealed class WebhookTests
{
    [Fact]
    public async Task P4_3_A_notice_reaches_the_endpoint_once_and_signed_with_the_amounts_and_in_words()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var cluster = await BillingCluster.Start(Telling.Sending);
        var secret = await cluster.TellAt(receiver.Address);
        await cluster.TopUp("3");
        var delivered = await cluster.Reaches("it is delivered", delivery => delivery.State == DeliveryState.Delivered);

        var got = Assert.Single(receiver.All);
        Assert.Equal((delivered.Id, "/hooks", "payment.paid"), (got.Id, got.Path, got.Type));
        Assert.True(got.IsSignedBy(secret));
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(got.Timestamp, CultureInfo.InvariantCulture), 0, 60);
        var data = got.Json.GetProperty("data");
        Assert.Equal(("t1", "3.000000", "USD", "$3.00 received"), (Text("tenant"), Text("amount"), Text("currency"), Text("title")));

        string? Text(string name) => data.GetProperty(name).GetString();
    }

    [Fact]
    public void The_signature_is_that_of_the_standards_own_example()
    {
        var got = new Received("/", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", """{"test": 2432232314}""");
        const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

        Assert.Equal(got.Signature, WebhookSignature.Of([Secret], got.Id, DateTimeOffset.FromUnixTimeSeconds(1614265330), System.Text.Encoding.UTF8.GetBytes(got.Body)));
        Assert.True(got.IsSignedBy(Secret));
        Assert.False((got with { Body = """{"test": 2432232315}""" }).IsSignedBy(Secret));
    }

    [Fact]
    public async Task After_changes_of_secrets_each_signs_for_a_day_more_however_soon_the_next_one_was()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var cluster = await BillingCluster.Start(Telling.Sending);
        var old = await cluster.TellAt(receiver.Address);
        var reply = await cluster.Billing.RotateWebhookSecret(cluster.Tenant, "rotate");
        Assert.Equal(reply, await cluster.Billing.RotateWebhookSecret(cluster.Tenant, "rotate")); // the answer was lost
        var (fresh, until) = (reply.Secret!, (await cluster.Billing.GetNoticeSettings(cluster.Tenant)).OldSecretUntil);
        Assert.Equal((false, cluster.Clock.Now.AddDays(1)), (fresh == old, until));
        cluster.Clock.AdvanceTo(cluster.Clock.Now.AddHours(1));
        var latest = (await cluster.Billing.RotateWebhookSecret(cluster.Tenant, "again")).Secret!;

        await cluster.TopUp("3");
        await Eventually.Holds(() => receiver.All.Count == 1, "it arrives");
        Assert.Equal((true, true, true), (receiver.All[0].IsSignedBy(old), receiver.All[0].IsSignedBy(fresh), receiver.All[0].IsSignedBy(latest)));
        cluster.Clock.AdvanceTo(cluster.Clock.Now.AddHours(23));
        await cluster.TopUp("3");
        await Eventually.Holds(() => receiver.All.Count == 2, "the next one arrives");
        Assert.Equal((false, true, true), (receiver.All[1].IsSignedBy(old), receiver.All[1].IsSignedBy(fresh), receiver.All[1].IsSignedBy(latest)));
    }

    [Fact]
    public async Task M5_A_command_for_the_endpoint_that_is_repeated_after_later_ones_is_not_done_again()
    {
        await using var cluster = await BillingCluster.Start(Telling.Sending);
        Assert.NotNull((await Set("set", "https://one.example/")).Secret);
        Assert.NotNull((await cluster.Billing.RotateWebhookSecret(cluster.Tenant, "rotate")).Secret);
        var latest = await cluster.Billing.RotateWebhookSecret(cluster.Tenant, "later");
        await Set("move", "https://two.example/");

        Assert.Equal(new WebhookReply(WebhookResult.Done), await cluster.Billing.RotateWebhookSecret(cluster.Tenant, "rotate")); // its secret is not the newest any more
        Assert.Equal(new WebhookReply(WebhookResult.Done), await Set("set", "https://one.example/"));

        Assert.Equal(latest, await cluster.Billing.RotateWebhookSecret(cluster.Tenant, "later"));
        Assert.Equal("https://two.example/", (await cluster.Billing.GetNoticeSettings(cluster.Tenant)).Webhook);

        Task<WebhookReply> Set(string operation, string address) => cluster.Billing.SetWebhook(cluster.Tenant, new SetWebhook(operation, address));
    }

    [Fact]
    public async Task F20_What_was_not_taken_comes_again_on_the_standards_schedule_under_its_id()
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Answer(500, 429, 302);
        await using var cluster = await BillingCluster.Start(Telling.Sending);
        await cluster.TellAt(receiver.Address);
        await cluster.TopUp("3");
        foreach (var (attempts, pause) in new[] { (1, TimeSpan.FromSeconds(6)), (2, TimeSpan.FromMinutes(6)), (3, TimeSpan.FromMinutes(34)) })
        {
            var failed = await cluster.Reaches($"attempt {attempts} failed", delivery => delivery.Answers.Length == attempts);
            Assert.InRange(failed.NextAttemptAt!.Value, cluster.Clock.Now, cluster.Clock.Now + pause);
            cluster.Clock.AdvanceTo(cluster.Clock.Now + pause);
        }
        var delivered = await cluster.Reaches("the fourth is taken", delivery => delivery.State == DeliveryState.Delivered);

        Assert.Equal(["500", "429", "302", "204"], delivered.Answers.Select(answer => answer.Answer));
        Assert.All(receiver.All, got => Assert.Equal((delivered.Id, "/hooks"), (got.Id, got.Path))); // no redirect was followed
        Assert.Equal(4, receiver.All.Count);
    }

    [Fact]
    public async Task What_a_receiver_says_besides_its_status_is_for_the_log_alone_and_cut_there()
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Answer(500);
        receiver.Phrase = "Out of order " + new string('x', 5000);
        var log = new Alerts(LogLevel.Information);
        await using var cluster = await BillingCluster.Start(setup =>
        {
            Telling.Sending(setup);
            setup.Services = services => services.AddSingleton<ILoggerProvider>(log);
        });
        await cluster.TellAt(receiver.Address);
        await cluster.TopUp("3");

        Assert.Equal("500", (await cluster.Reaches("it was tried", delivery => delivery.Answers.Length == 1)).Answers[0].Answer);
        await Eventually.Holds(() => log.Messages.Any(message => message.Contains("Out of order", StringComparison.Ordinal)), "it is in the log");
        Assert.All(log.Messages, message => Assert.InRange(message.Length, 0, 600));
    }

    [Fact]
    public async Task An_endpoint_that_has_gone_is_not_asked_again()
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Answer(410);
        await using var cluster = await BillingCluster.Start(Telling.Sending);
        await cluster.TellAt(receiver.Address);
        await cluster.TopUp("3");
        await Eventually.Holds(async () => (await cluster.Billing.GetNoticeSettings(cluster.Tenant)).Webhook is null, "the endpoint is forgotten");

        await cluster.TopUp("3");
        Assert.Equal(DeliveryState.Failed, Assert.Single(await cluster.Deliveries()).State);
        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task The_tenant_has_a_webhook_sent_again_and_nobody_else_has()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var cluster = await BillingCluster.Start(Telling.Sending);
        await cluster.TellAt(receiver.Address);
        await cluster.TopUp("3");
        var first = await cluster.Reaches("it is delivered", delivery => delivery.State == DeliveryState.Delivered);

        Assert.False(await cluster.Billing.ReplayWebhook(new("vn", "other"), first.Id));
        Assert.True(await cluster.Billing.ReplayWebhook(cluster.Tenant, first.Id));
        await cluster.Reaches("it is delivered again", delivery => delivery is { State: DeliveryState.Delivered, Answers.Length: 2 });
        Assert.Equal([first.Id, first.Id], receiver.All.Select(got => got.Id));
    }

    [Fact]
    public async Task A_name_that_leads_inside_is_refused_after_it_is_resolved()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var cluster = await BillingCluster.Start(setup =>
        {
            Telling.Sending(setup);
            var billing = setup.Billing;
            setup.Billing = options =>
            {
                billing(options);
                options.Notices.Webhooks.AllowLoopback = false;
            };
        });
        await cluster.TellAt($"https://localhost:{receiver.Port}/hooks");
        await cluster.TopUp("3");

        var failed = await cluster.Reaches("it was tried", delivery => delivery.Answers.Length == 1);
        Assert.Equal("unreachable", failed.Answers[0].Answer); // as if there were none: nobody learns which names lead inside
        Assert.Empty(receiver.All);
    }

    [Theory]
    [InlineData("http://example.com/hooks")]
    [InlineData("https://me:secret@example.com/")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://169.254.169.254/latest")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:192.168.1.1]/")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("ftp://example.com/")]
    [InlineData("example.com")]
    public async Task An_address_that_can_be_no_endpoint_is_refused_when_it_is_set(string address)
    {
        await using var cluster = await BillingCluster.Start();
        Assert.Equal(WebhookResult.AddressRefused, (await cluster.Billing.SetWebhook(cluster.Tenant, new SetWebhook("hook", address))).Result);
        Assert.Null((await cluster.Billing.GetNoticeSettings(cluster.Tenant)).Webhook);
    }

    [Fact]
    public async Task F20_A_dead_receiver_slows_nothing_else()
    {
        await using var dead = await WebhookReceiver.Start();
        await using var alive = await WebhookReceiver.Start();
        dead.IsDead = true;
        var mail = new HandMailServer();
        await using var cluster = await Ladder.Begin(setup =>
        {
            Telling.Sending(setup);
            mail.AddTo(setup);
        });
        await cluster.TellAt(dead.Address);
        await cluster.Tell("a@example.com");
        await cluster.Billing.SetWebhook(new("vn", "t2"), new SetWebhook("hook", alive.Address));
        await cluster.AdvanceTo(Ladder.Low);
        await Eventually.Holds(() => dead.All.Count == 1, "the dead one is asked");

        // While it is waited for: another tenant's endpoint, this tenant's mail, and the whole ladder.
        await cluster.TopUpOf("t2", "3");
        await Eventually.Holds(() => alive.All.Count == 1, "the other endpoint is reached");
        await Eventually.Holds(() => mail.Taken.Count == 2, "the mail has gone");
        await cluster.AdvanceTo(Ladder.Exhausted);
        await Eventually.Holds(() => mail.Taken.Count == 5, "the warning has gone");
        await Eventually.Holds(
            async () => (await cluster.Billing.GetDeliveries(cluster.Tenant)).Where(delivery => delivery.Channel == DeliveryChannel.Email).All(delivery => delivery.State == DeliveryState.Delivered), "it is known that it has");
        await cluster.AdvanceTo(Ladder.Deletion);
        Assert.Equal(Ladder.Deletion, Assert.Single(cluster.Orders(OrderKind.Delete)).At);
        Assert.Single(dead.All); // one at a time
    }
}
