using System.Net.Mail;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Notices;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Notices;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Cluster.Tests.Notices;

/// <summary>What leaves the portal is written with what it tells, sent once a receiver, and tried before anything is deleted (policy 4.3, 4.13; E11, F20).</summary>
public sealed class OutboxTests
{
    private readonly HandMailServer mail = new();
    private readonly StuckOutbox outbox = new();

    [Fact]
    public async Task E11_P4_3_Each_notice_reaches_each_recipient_once_whichever_silo_sends_it()
    {
        await using var cluster = await Begin(setup => setup.Silos = 2);
        await cluster.Tell("a@example.com", "b@example.com");
        cluster.AfterStep = async () =>
        {
            await cluster.Balance.Wake();
            // Before minutes pass in a moment: an attempt that is under way for so long counts as lost, and is made anew.
            await Eventually.Holds(async () => (await cluster.Deliveries()).All(delivery => delivery.State == DeliveryState.Delivered), "all is delivered");
        };
        await cluster.AdvanceTo(Ladder.At("11:00:00"));

        var sent = await cluster.Deliveries();
        Assert.Equal(3 * 2, sent.Length); // Runway, Low and Runway after the recipients were known
        Assert.All(sent, delivery => Assert.Equal(1, delivery.Attempts));
        Assert.Equal(sent.Select(delivery => (delivery.Recipient, $"<{delivery.Id}@example.com>")).Order(), mail.Taken.Select(message => (message.To, message.Id)).Order());
    }

    [Fact]
    public async Task E11_F20_A_dead_mail_server_stops_no_deletion_and_a_warning_was_tried_before()
    {
        mail.IsDown = true;
        await using var cluster = await Begin();
        await cluster.Tell("a@example.com");
        await cluster.AdvanceTo(Ladder.Exhausted);
        var warning = await cluster.Notices(NoticeKind.BelowZero);
        var tried = await cluster.Reaches("the warning was tried", delivery => delivery.Notice == warning[0].Number && delivery.Answers.Length == 1);
        Assert.Equal((1, DeliveryState.Waiting), (tried.Attempts, tried.State));

        await cluster.AdvanceTo(Ladder.Deletion);

        Assert.Equal(Ladder.Deletion, Assert.Single(cluster.Orders(OrderKind.Delete)).At);
    }

    [Fact]
    public async Task E11_P4_13_A_deletion_waits_until_a_warning_was_tried()
    {
        await using var cluster = await Begin(setup => setup.Outbox = outbox.Around);
        await cluster.Tell("a@example.com");
        await cluster.AdvanceTo(Ladder.Deletion.AddMinutes(7)); // put off twice by now

        Assert.Empty(cluster.Orders(OrderKind.Delete));
        Assert.Equal(Ladder.Deletion.AddMinutes(10), (await cluster.Billing.GetBalance(cluster.Tenant)).DeletionAt);
        outbox.IsStuck = false;
        await Eventually.Holds(async () => (await cluster.Deliveries()).All(delivery => delivery.State == DeliveryState.Delivered), "the warnings are sent");
        await cluster.AdvanceTo(Ladder.Deletion.AddMinutes(10));
        Assert.Equal(Ladder.Deletion.AddMinutes(10), Assert.Single(cluster.Orders(OrderKind.Delete)).At);
    }

    [Fact]
    public async Task E11_P4_13_An_attempt_of_which_nobody_knows_the_end_is_no_warning()
    {
        await using var cluster = await Begin(setup => setup.Outbox = outbox.Around);
        await cluster.Tell("a@example.com");
        await cluster.AdvanceTo(Ladder.Deletion.AddMinutes(-1));
        Assert.True(cluster.Database.Run("UPDATE notice_delivery SET attempts = attempts + 1") > 0); // taken by a silo that died then
        await cluster.AdvanceTo(Ladder.Deletion.AddMinutes(7));

        Assert.Empty(cluster.Orders(OrderKind.Delete));
    }

    [Fact]
    public async Task E11_P4_11_An_attempt_from_before_a_hold_is_no_warning_of_the_deletion_after_it()
    {
        outbox.IsStuck = false;
        await using var cluster = await Begin(setup => setup.Outbox = outbox.Around);
        await cluster.Tell("a@example.com");
        await cluster.AdvanceTo(Ladder.At("11:31:00"));
        await Eventually.Holds(async () => (await cluster.Deliveries()).All(delivery => delivery.State == DeliveryState.Delivered), "the first warnings are sent");
        outbox.IsStuck = true;
        await cluster.Billing.Hold(cluster.Tenant, new("h", HeldActions.Deletion, "incident", "operator", Ladder.At("12:00:00")));
        await cluster.AdvanceTo(Ladder.At("12:12:00")); // put off once by now

        Assert.Empty(cluster.Orders(OrderKind.Delete));
        outbox.IsStuck = false;
        await Eventually.Holds(async () => (await cluster.Deliveries()).All(delivery => delivery.State == DeliveryState.Delivered), "the others are sent");
        await cluster.AdvanceTo(Ladder.At("12:15:00"));
        Assert.Equal(Ladder.At("12:15:00"), Assert.Single(cluster.Orders(OrderKind.Delete)).At);
    }

    [Fact]
    public async Task E11_P4_13_However_long_nobody_tries_to_warn_nothing_is_deleted_and_operators_see_how_late_it_is()
    {
        await using var cluster = await Begin(setup => setup.Outbox = outbox.Around);
        await cluster.Tell("a@example.com");
        await cluster.AdvanceTo(Ladder.Exhausted.AddHours(2).AddMinutes(6));

        Assert.Empty(cluster.Orders(OrderKind.Delete));
        var deletions = (await cluster.Service<ILedgerCounts>().Count(cluster.Clock.Now)).Single(count => count.What == LedgerCount.Deletions);
        Assert.Equal((1, Ladder.Exhausted), (deletions.Count, deletions.Oldest)); // however often it was put off
        outbox.IsStuck = false;
        await Eventually.Holds(async () => (await cluster.Deliveries()).All(delivery => delivery.State == DeliveryState.Delivered), "the warnings are sent");
        await cluster.Advance(TimeSpan.FromMinutes(5));
        Assert.Single(cluster.Orders(OrderKind.Delete));
    }

    public static TheoryData<bool, string[]> Warnings => new()
    {
        { false, [] },
        { true, ["Waiting"] },
        { false, ["Waiting 451"] },
        { false, ["Delivered taken"] },
        { false, ["Failed 550"] },
        { false, ["Failed 410"] },
        { false, ["Failed not-set-up"] },
        { false, ["Failed no-endpoint", "Failed not-set-up", "Failed no-address"] },
        { true, ["Waiting", "Failed no-endpoint"] },
        { true, ["Failed not-set-up", "Waiting"] },
        { true, ["Waiting no-endpoint"] },
        { false, ["Waiting", "Failed 550"] },
        { false, ["Failed timed-out no-endpoint", "Waiting"] },
    };

    [Theory]
    [MemberData(nameof(Warnings))]
    public void E11_P4_13_A_deletion_waits_while_a_warning_can_be_tried_and_none_was_and_not_for_one_that_ended_untried(bool waits, string[] deliveries) =>
        Assert.Equal(waits, Warning.IsStillToBeTried([.. deliveries.Select(delivery => delivery.Split(' '))
            .Select(words => new Warning(Enum.Parse<DeliveryState>(words[0]), [.. words.Skip(1).Select(word => new DeliveryAnswer(Ladder.Exhausted, word))]))]));

    [Fact]
    public async Task P4_13_Of_what_waits_for_a_receiver_the_warning_goes_first()
    {
        await using var cluster = await Begin(setup => setup.Outbox = outbox.Around);
        await cluster.Tell("a@example.com");
        await cluster.AdvanceTo(Ladder.Exhausted);
        var waiting = await cluster.Deliveries();
        var warning = (await cluster.Notices(NoticeKind.BelowZero)).Single().Number;
        Assert.True(waiting.Count(delivery => delivery.Notice < warning) >= 3, "Low, Runway and the stop were written before it");

        outbox.IsStuck = false;
        await Eventually.Holds(() => mail.Taken.Count == waiting.Length, "all is sent");

        Assert.Equal($"<{waiting.Single(delivery => delivery.Notice == warning).Id}@example.com>", mail.Taken[0].Id);
    }

    [Fact]
    public async Task P4_13_Where_nobody_is_to_be_written_to_the_portal_is_the_warning()
    {
        await using var cluster = await Begin(setup => setup.Outbox = outbox.Around);
        await cluster.AdvanceTo(Ladder.Deletion);

        Assert.Equal(Ladder.Deletion, Assert.Single(cluster.Orders(OrderKind.Delete)).At);
    }

    [Fact]
    public async Task M13_A_notice_whose_commit_fails_leaves_nothing_in_the_outbox()
    {
        var ledger = new FaultyLedger();
        await using var cluster = await Begin(setup => setup.Ledger = ledger.Around);
        await cluster.Tell("a@example.com");
        ledger.FailNext();
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Balance.TopUp(new("pay", Domain.Money.Currency.Usd, Domain.Money.Amount.Parse("1"), "test")));
        Assert.Empty(await cluster.Deliveries());

        await cluster.TopUp("1", "pay");
        Assert.Single(await cluster.Deliveries());
    }

    [Fact]
    public async Task P4_3_What_the_mail_server_could_not_take_is_tried_again_under_its_id()
    {
        mail.IsDown = true;
        await using var cluster = await Begin();
        await cluster.Tell("a@example.com");
        await cluster.TopUp("1");
        var first = await cluster.Reaches("it was tried", delivery => delivery.Answers.Length == 1);
        mail.IsDown = false;
        await cluster.Advance(TimeSpan.FromMinutes(1.2));

        var second = await cluster.Reaches("it was delivered", delivery => delivery.State == DeliveryState.Delivered);
        Assert.Equal((first.Id, 2), (second.Id, second.Attempts));
        Assert.Equal($"<{first.Id}@example.com>", mail.Taken[0].Id);
    }

    [Fact]
    public async Task What_failed_inside_is_one_word_to_the_tenant()
    {
        mail.IsDown = true;
        await using var cluster = await Begin();
        await cluster.Tell("a@example.com");
        mail.Failure = () => new InvalidOperationException("No account at 10.0.0.7.", new SmtpException("Wrong password."));
        await cluster.TopUp("1");
        await cluster.Reaches("it was tried", delivery => delivery.Answers is [{ Answer: "failed" }]);
        mail.Failure = () => new TimeoutException("10.0.0.7 does not answer.");
        await cluster.TopUp("1");
        await cluster.Reaches("the next was tried", delivery => delivery.Answers is [{ Answer: "timed-out" }]);
        mail.Failure = () => new SmtpException("10.0.0.7 does not listen.");
        await cluster.TopUp("1");
        await cluster.Reaches("the last was tried", delivery => delivery.Answers is [{ Answer: "unreachable" }]);
    }

    [Fact]
    public async Task A_page_goes_on_exactly_after_the_last_one_also_within_one_commit()
    {
        await using var cluster = await Begin();
        await cluster.Tell("a@example.com", "b@example.com", "c@example.com");
        await cluster.TopUp("1"); // three deliveries in one commit
        await cluster.TopUp("1"); // and three more in the same instant
        var all = (await cluster.Billing.GetDeliveries(cluster.Tenant)).Select(delivery => delivery.Id).ToArray();
        Assert.Equal(6, all.Distinct().Count());

        var (read, page) = (new List<string>(), await cluster.Billing.GetDeliveries(cluster.Tenant, limit: 2));
        while (page.Length > 0)
        {
            read.AddRange(page.Select(delivery => delivery.Id));
            page = await cluster.Billing.GetDeliveries(cluster.Tenant, page[^1].Id, limit: 2);
        }

        Assert.Equal(all, read);
        await Assert.ThrowsAsync<ArgumentException>(() => cluster.Billing.GetDeliveries(cluster.Tenant, "msg_of-somebody-else"));
    }

    [Fact]
    public async Task E11_A_notice_of_a_kind_that_a_newer_silo_wrote_is_left_for_it_and_keeps_nobody_from_theirs()
    {
        using var log = new Alerts(LogLevel.Warning);
        await using var cluster = await Begin(setup =>
        {
            setup.Outbox = outbox.Around;
            var services = setup.Services;
            setup.Services = collection =>
            {
                services(collection);
                collection.AddSingleton<ILoggerProvider>(log);
            };
        });
        await cluster.Tell("a@example.com");
        await cluster.TopUp("1");
        await cluster.TopUp("2");
        var first = (await cluster.Deliveries()).First();
        var left = (await cluster.Billing.GetNotices(cluster.Tenant)).Single(notice => notice.Number == first.Notice);
        Assert.Equal(1, cluster.Database.Run($"UPDATE notice SET kind = 'FromTomorrow' WHERE number = {left.Number}"));

        outbox.IsStuck = false; // it would be the receiver's first
        await Eventually.Holds(async () => (await cluster.Deliveries()).Count(delivery => delivery.State == DeliveryState.Delivered) == 1, "the other is sent");
        await cluster.TopUp("3");
        await Eventually.Holds(async () => (await cluster.Deliveries()).Count(delivery => delivery.State == DeliveryState.Delivered) == 2, "and what comes after it");

        Assert.Equal((0, DeliveryState.Waiting), (await cluster.Deliveries()) is [var waits, ..] ? (waits.Attempts, waits.State) : default);
        Assert.DoesNotContain(await cluster.Billing.GetNotices(cluster.Tenant), notice => notice.Number == left.Number);
        Assert.Single(log.Messages, message => message.Contains("kind that this version does not know", StringComparison.Ordinal)); // many looks later
        Assert.DoesNotContain(log.Messages, message => message.Contains("Could not look", StringComparison.Ordinal));

        cluster.Database.Run($"UPDATE notice SET kind = '{left.Kind}' WHERE number = {left.Number}"); // as the newer silo reads it
        await Eventually.Holds(async () => (await cluster.Deliveries()).All(delivery => delivery.State == DeliveryState.Delivered), "it is sent at last");
    }

    private Task<BillingCluster> Begin(Action<ClusterSetup>? configure = null) => Ladder.Begin(setup =>
    {
        Telling.Sending(setup);
        mail.AddTo(setup);
        configure?.Invoke(setup);
    });
}
