using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using OrleansBilling.FakeGateways;

namespace OrleansBilling.Payments.Tests.Fakes;

/// <summary>What is done to the fakes from other processes, and that they wait when they are told to.</summary>
public sealed class ControlTests
{
    [Fact]
    public async Task Over_HTTP_a_payment_is_paid_told_as_often_as_said_and_told_again()
    {
        await using var merchant = await Merchant.Open();
        using var http = new HttpClient { BaseAddress = merchant.Fakes.Address };
        var payment = await merchant.Begin("stripe", Currency.Usd, "25");
        await Post(http, "control/behaviour", new { copies = 3 });

        await Post(http, $"control/acts/{payment.Id}/Pay");
        await merchant.Fakes.Post.Settled();
        Assert.Equal("25.000000", merchant.Credit);
        await Post(http, $"control/acts/{payment.Id}/Refund?amount=5");
        await merchant.Fakes.Post.Settled();
        Assert.Equal("20.000000", merchant.Credit);

        Assert.Equal(6, (await http.GetFromJsonAsync<Delivery[]>("control/deliveries"))!.Length);
        await Post(http, $"control/repeat/{payment.Id}");
        await merchant.Fakes.Post.Settled();
        var deliveries = (await http.GetFromJsonAsync<Delivery[]>("control/deliveries"))!;
        Assert.Equal(8, deliveries.Length);
        Assert.All(deliveries, delivery => Assert.Equal(("stripe", payment.Id, 200), (delivery.Gateway, delivery.Payment, delivery.Status)));
        Assert.Equal("20.000000", merchant.Credit);
    }

    [Fact]
    public async Task Over_HTTP_what_is_of_no_payment_and_what_is_no_act_are_refused()
    {
        await using var merchant = await Merchant.Open();
        using var http = new HttpClient { BaseAddress = merchant.Fakes.Address };
        using var unknown = await http.PostAsync(new Uri("control/acts/nobody/Pay", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var nothing = await http.PostAsync(new Uri("control/acts/nobody/Steal", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.BadRequest, nothing.StatusCode);
    }

    [Fact]
    public async Task A_notification_that_is_to_wait_waits_and_a_silent_gateway_says_nothing()
    {
        await using var merchant = await Merchant.Open();
        using var http = new HttpClient { BaseAddress = merchant.Fakes.Address };
        var payment = await merchant.Begin("stripe", Currency.Usd, "25");
        await Post(http, "control/behaviour", new { delaySeconds = 1.5 });
        var began = Stopwatch.GetTimestamp();

        await Post(http, $"control/acts/{payment.Id}/Pay");
        await merchant.Fakes.Post.Settled();

        Assert.True(Stopwatch.GetElapsedTime(began) >= TimeSpan.FromSeconds(1.4)); // it may take longer, and never less
        Assert.Equal("25.000000", merchant.Credit);
        await Post(http, "control/behaviour", new { silent = true });
        await Post(http, $"control/acts/{payment.Id}/Refund");
        await merchant.Fakes.Post.Settled();
        Assert.Single(merchant.Fakes.Post.Deliveries);
    }

    private static async Task Post(HttpClient http, string path, object? body = null)
    {
        using var answer = body is null ? await http.PostAsync(new Uri(path, UriKind.Relative), null) : await http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }
}
