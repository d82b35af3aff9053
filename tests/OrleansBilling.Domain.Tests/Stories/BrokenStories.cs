using System.Text.Json.Nodes;
using OrleansBilling.Simulator;

namespace OrleansBilling.Domain.Tests.Stories;

/// <summary>A story that cannot be read or played is refused with one line that names the place and the reason.</summary>
public sealed class BrokenStories
{
    private const string Good =
        """
        {
          "name": "good", "currency": "USD",
          "packages": [{"code": "p", "prices": [{"from": "2026-01-01T00:00:00Z", "perHour": "2.54"}, {"from": "2026-02-01T00:00:00Z", "perHour": "3"}]}],
          "policy": {"chargeEveryMinutes": 15}, "platform": {"create": 5},
          "events": [
            {"at": "2026-03-02T10:00:00Z", "do": "credit", "kind": "topUp", "amount": "10"},
            {"at": "2026-03-02T10:00:00Z", "do": "credit", "kind": "voucher", "lot": "v", "amount": "1", "products": ["gpu-vm"]},
            {"at": "2026-03-02T10:00:00Z", "do": "create", "vm": "a", "package": "p"},
            {"at": "2026-03-02T10:10:00Z", "do": "charge", "product": "inference", "amount": "1"},
            {"at": "2026-03-02T10:20:00Z", "do": "status", "vm": "a", "status": "Stopped"}
          ],
          "until": "2026-03-02T11:00:00Z"
        }
        """;

    [Fact]
    public void The_story_that_is_broken_below_is_good() => Assert.Equal(5, Story.Parse(Good).Events.Length);

    [Theory]
    [InlineData("currency", "\"EUR\"", "story.currency")]
    [InlineData("currency", "null", "story.currency: missing")]
    [InlineData("until", "\"2026-03-02\"", "story.until")]
    [InlineData("until", "\"2026-13-02T10:00:00Z\"", "story.until")]
    [InlineData("until", "\"9999-12-31T23:59:59Z\"", "story.until")]
    [InlineData("events", "{}", "story.events")]
    [InlineData("events.0", "7", "story.events[0]")]
    [InlineData("events.0.at", "\"noon\"", "story.events[0].at")]
    [InlineData("events.0.do", "\"steal\"", "story.events[0].do")]
    [InlineData("events.0.do", "null", "story.events[0].do: missing")]
    [InlineData("events.0.kind", "\"gift\"", "story.events[0].kind")]
    [InlineData("events.0.amount", "10", "story.events[0].amount")]
    [InlineData("events.0.amount", "\"0\"", "story.events[0].amount")]
    [InlineData("events.0.amount", "\"-1\"", "story.events[0].amount")]
    [InlineData("events.0.amount", "\"0.0000001\"", "story.events[0].amount")]
    [InlineData("events.0.amount", "\"99999999999999999999999\"", "story.events[0].amount")]
    [InlineData("events.1.lot", "\"topUp\"", "story.events[1].lot")]
    [InlineData("events.1.lot", "\" \"", "story.events[1].lot")]
    [InlineData("events.1.lot", "null", "story.events[1].lot: missing")]
    [InlineData("events.1.products", "[\"toaster\"]", "story.events[1].products[0]")]
    [InlineData("events.1.products", "\"gpu-vm\"", "story.events[1].products")]
    [InlineData("events.1.expires", "\"later\"", "story.events[1].expires")]
    [InlineData("events.2.package", "\"q\"", "story.events[2].package")]
    [InlineData("events.2.at", "\"2025-03-02T10:00:00Z\"", "story.events[2].package")]
    [InlineData("events.2.vm", "\"\"", "story.events[2].vm")]
    [InlineData("events.2.vm", "5", "story.events[2].vm")]
    [InlineData("events.3.product", "\"gpu-vm\"", "story.events[3].product")]
    [InlineData("events.4.status", "\"Sleeping\"", "story.events[4].status")]
    [InlineData("events.4.status", "\"2\"", "story.events[4].status")]
    [InlineData("policy.chargeEveryMinutes", "0", "story.policy.chargeEveryMinutes")]
    [InlineData("policy.chargeEveryMinutes", "1.5", "story.policy.chargeEveryMinutes")]
    [InlineData("platform.create", "-1", "story.platform.create")]
    [InlineData("packages.0.prices", "[]", "story.packages[0].prices")]
    [InlineData("packages.0.prices.0.perHour", "\"-2\"", "story.packages[0].prices[0].perHour")]
    [InlineData("packages.0.prices.0.from", "\"2026-02-01T00:00:00Z\"", "story.packages[0].prices")]
    [InlineData("name", "[\"a\",\n\"b\"]", "story.name")]
    [InlineData("rates", "[]", "story.rates")]
    [InlineData("listCurrency", "\"VND\"", "story.rates: missing")]
    [InlineData("listCurrency", "\"USD\"", "story.listCurrency")]
    [InlineData("listCurrency", "\"EUR\"", "story.listCurrency")]
    public void What_is_wrong_is_named_with_its_place(string path, string value, string place)
    {
        var complaint = Complaint(Broken(path, value));

        Assert.StartsWith(place, complaint, StringComparison.Ordinal);
        Assert.True(complaint.Length > place.Length || place.EndsWith("missing", StringComparison.Ordinal), complaint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("not a story")]
    [InlineData("{\"name\": 1, \"name\": 2}")]
    [InlineData("[]")]
    [InlineData("null")]
    public void What_is_no_JSON_object_is_refused(string text) => Assert.NotEmpty(Complaint(text));

    [Fact]
    public void A_lot_or_a_package_of_the_same_name_is_refused()
    {
        var story = JsonNode.Parse(Good)!;
        story["events"]!.AsArray().Add(story["events"]![1]!.DeepClone());
        Assert.StartsWith("story.events[5].lot", Complaint(story.ToJsonString()), StringComparison.Ordinal);

        story = JsonNode.Parse(Good)!;
        story["packages"]!.AsArray().Add(story["packages"]![0]!.DeepClone());
        Assert.StartsWith("story.packages[1].code", Complaint(story.ToJsonString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("events.0.amount", "\"9223372036854.775807\"")]
    [InlineData("events.3.amount", "\"9223372036854.775807\"")]
    [InlineData("policy.lowBalanceHours", "2147483647")]
    public void Money_beyond_what_an_amount_holds_is_refused_at_its_instant(string path, string value)
    {
        var story = JsonNode.Parse(Broken(path, value))!;
        story["packages"]![0]!["prices"]![1]!["perHour"] = "9000000000";
        story["events"]!.AsArray().Add(new JsonObject { ["at"] = "2026-03-02T10:30:00Z", ["do"] = "charge", ["product"] = "inference", ["amount"] = "9223372036854.775807" });
        story["events"]!.AsArray().Add(new JsonObject { ["at"] = "2026-03-02T10:30:00Z", ["do"] = "credit", ["kind"] = "topUp", ["amount"] = "9223372036854.775807" });

        var complaint = Assert.Throws<StoryException>(() => Simulation.Play(Story.Parse(story.ToJsonString()))).Message;

        Assert.StartsWith("2026-03-02T10:", complaint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rates.0.rate", "\"0\"", "story.rates[0].rate")]
    [InlineData("rates.0.rate", "1", "story.rates[0].rate")]
    [InlineData("rates.0.rate", "\"0.0000000000001\"", "story.rates[0].rate")]
    [InlineData("rates.0.from", "null", "story.rates[0].from: missing")]
    [InlineData("rates.1.from", "\"2026-01-01T00:00:00Z\"", "story.rates")]
    [InlineData("rates.0.from", "\"2026-03-02T10:00:01Z\"", "story.events[2].package")]
    public void Policy_3_7_What_is_wrong_with_an_exchange_rate_is_named_with_its_place(string path, string value, string place)
    {
        var story = JsonNode.Parse(Good)!;
        story["listCurrency"] = "VND";
        story["rates"] = JsonNode.Parse("""[{"from": "2026-01-01T00:00:00Z", "rate": "0.5"}, {"from": "2026-04-01T00:00:00Z", "rate": "0.6"}]""");
        Assert.Equal(5, Story.Parse(story.ToJsonString()).Events.Length);

        Assert.StartsWith(place, Complaint(Broken(story, path, value)), StringComparison.Ordinal);
    }

    private static string Complaint(string story)
    {
        var complaint = Assert.Throws<StoryException>(() => Story.Parse(story)).Message;
        Assert.DoesNotContain('\n', complaint);
        return complaint;
    }

    private static string Broken(string path, string value) => Broken(JsonNode.Parse(Good)!, path, value);

    private static string Broken(JsonNode story, string path, string value)
    {
        var steps = path.Split('.');
        var place = steps[..^1].Aggregate(story, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        if (int.TryParse(steps[^1], out var last)) place[last] = JsonNode.Parse(value);
        else place[steps[^1]] = JsonNode.Parse(value);
        return story.ToJsonString();
    }
}
