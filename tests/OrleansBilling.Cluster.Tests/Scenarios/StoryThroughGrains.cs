using System.Globalization;
using System.Text.Json.Nodes;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Plans;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Cluster.Tests.Scenarios;

/// <summary>Plays a story through the client library, the grains, the reminders and the ledger, and reads its journal from what was stored.</summary>
internal static class StoryThroughGrains
{
    /// <param name="story">The story.</param>
    /// <param name="disturb">Done after every step of the clock and every happening; it must not change the journal.</param>
    public static async Task<JsonObject> Play(JsonNode story, Func<BillingCluster, Task>? disturb = null)
    {
        var events = story["events"]!.AsArray().Select(node => node!).OrderBy(At, Comparer<DateTimeOffset>.Default).ToList();
        await using var cluster = await BillingCluster.Start(setup => Configure(setup, story, At(events[0])));
        if (disturb is not null) cluster.AfterStep = () => disturb(cluster);
        await EnterLaterPrices(cluster, story);
        cluster.Currency = CurrencyOf(story);
        var refused = new List<JsonObject>();
        foreach (var happening in events)
        {
            await cluster.AdvanceTo(At(happening));
            await Do(cluster, happening, refused);
            await cluster.Settle();
            if (disturb is not null) await disturb(cluster);
        }
        var until = Instant(story["until"]);
        await cluster.AdvanceTo(until.AddMilliseconds(2)); // reminders come a millisecond late
        return new JsonObject { ["scenario"] = story["name"]!.DeepClone(), ["journal"] = await Journal(cluster, refused, (bool?)story["warnings"] ?? false), ["end"] = await End(cluster, until) };
    }

    private static void Configure(ClusterSetup setup, JsonNode story, DateTimeOffset start)
    {
        setup.Start = start;
        setup.Billing = options =>
        {
            var region = new RegionOptions { Currency = Text(story["listCurrency"] ?? story["currency"]) };
            foreach (var package in story["packages"]!.AsArray())
            {
                var first = package!["prices"]![0]!;
                region.Packages[Text(package["code"])] = new PackageOptions { PricePerHour = Text(first["perHour"]), From = Instant(first["from"]) };
            }
            options.Regions["vn"] = region;
            var policy = story["policy"];
            options.Policy = new BillingPolicy
            {
                ChargeEvery = TimeSpan.FromMinutes((int?)policy?["chargeEveryMinutes"] ?? 15),
                DeleteAfter = TimeSpan.FromMinutes((int?)policy?["deleteAfterMinutes"] ?? 30),
                LowBalanceHours = (int?)policy?["lowBalanceHours"] ?? 1,
            };
        };
        var platform = story["platform"];
        TimeSpan Takes(string what) => TimeSpan.FromSeconds((int?)platform?[what] ?? 0);
        setup.Platform = options =>
            (options.Create, options.Start, options.Stop, options.Reboot, options.Delete) = (Takes("create"), Takes("start"), Takes("stop"), Takes("reboot"), Takes("delete"));
    }

    // Past the rule that prices and rates come a minute ahead: those of a story were all known long before it begins.
    private static async Task EnterLaterPrices(BillingCluster cluster, JsonNode story)
    {
        foreach (var package in story["packages"]!.AsArray())
            foreach (var (price, index) in package!["prices"]!.AsArray().Select((price, index) => (price!, index)).Skip(1))
                await cluster.Ledger.AddPrice("vn", new AddPrice($"price-{Text(package["code"])}-{index}", Text(package["code"]), HourlyPrice.Parse(Text(price["perHour"])), Instant(price["from"])));
        foreach (var (rate, index) in (story["rates"]?.AsArray() ?? []).Select((rate, index) => (rate!, index)))
            await cluster.Ledger.AddRate("vn", new AddRate($"rate-{index}", CurrencyOf(story), ExchangeRate.Parse(Text(rate["rate"])), Instant(rate["from"])));
    }

    private static async Task Do(BillingCluster cluster, JsonNode happening, List<JsonObject> refused)
    {
        var id = Guid.NewGuid().ToString("N");
        var vm = (string?)happening["vm"] ?? "";
        switch (Text(happening["do"]))
        {
            case "credit" when Text(happening["kind"]) == "topUp":
                await cluster.TopUp(Text(happening["amount"]), id);
                break;
            case "credit":
                await cluster.Billing.Grant(cluster.Tenant, new GrantCredit(
                    id, Text(happening["lot"]), KindOf(happening),
                    [.. happening["products"]?.AsArray().Select(product => Text(product)) ?? []], cluster.Currency, Amount.Parse(Text(happening["amount"])),
                    happening["effective"] is { } effective ? Instant(effective) : null, happening["expires"] is { } expires ? Instant(expires) : null, "test"));
                break;
            case "plan":
                await cluster.Billing.MakePlan(cluster.Tenant, new MakePlan(
                    id, Text(happening["plan"]), Text(happening["plan"]), [.. happening["products"]?.AsArray().Select(product => Text(product)) ?? []], cluster.Currency,
                    Instant(happening["from"]), Instant(happening["to"]), Amount.Parse(Text(happening["amount"])), Amount.Parse(Text(happening["amount"])), PlanPayment.Upfront,
                    [.. happening["prices"]?.AsArray().Select(price => new PackagePrice(Text(price!["package"]), HourlyPrice.Parse(Text(price["perHour"])))) ?? []],
                    (bool?)happening["renews"] ?? false, "test"));
                break;
            case "renewal":
                await cluster.Billing.SwitchPlanRenewal(cluster.Tenant, new SwitchPlanRenewal(id, Text(happening["plan"]), (bool)happening["renews"]!, "test"));
                break;
            case "charge":
                await cluster.Billing.Charge(cluster.Tenant, new ChargeProduct(id, Text(happening["product"]), cluster.Currency, Amount.Parse(Text(happening["amount"])), "test"));
                break;
            case "adjust":
                await cluster.Balance.Adjust(
                    new AdjustBalance(
                        id, cluster.Currency, Amount.Parse(Text(happening["amount"])), KindOf(happening), (string?)happening["lot"],
                        [.. happening["products"]?.AsArray().Select(product => Text(product)) ?? []], happening["expires"] is { } end ? Instant(end) : null, "test"),
                    "by a test");
                break;
            case "revoke":
                var lot = Text(happening["lot"]);
                if ((await cluster.Ledger.Load(cluster.Tenant)).Balance.Lots.Exists(other => other.Id == lot)) await cluster.Balance.RevokeCredit(lot, "test");
                break;
            case "create":
                if (await cluster.Billing.FindVm(cluster.Tenant, vm) is null)
                    Note(refused, happening, "create", await cluster.Create(vm, Text(happening["package"])));
                break;
            case "takeBack":
                var back = Amount.Parse(Text(happening["amount"]));
                await cluster.Balance.TakeBack(new TakeBack(
                    id, cluster.Currency, back, "test", happening["heldUntil"] is { } until ? [new PlaceHold(id, HeldActions.Deletion, "dispute", "gateway", Instant(until), back)] : null));
                break;
            case "status":
                await cluster.Platform.ReportOnOwnAccount(cluster.Machine(vm, (await cluster.Billing.FindVm(cluster.Tenant, vm))?.Package ?? ""), Enum.Parse<VmStatus>(Text(happening["status"])));
                break;
            default:
                var reply = await cluster.Ask(vm, Enum.Parse<VmRequest>(Text(happening["do"]), ignoreCase: true));
                if (reply.Result == VmRequestResult.Refused) Note(refused, happening, Text(happening["do"]), reply.Admission!);
                break;
        }
    }

    private static CreditKind KindOf(JsonNode happening) => Text(happening["kind"]) switch
    {
        "topUp" => CreditKind.TopUp, "voucher" => CreditKind.Voucher, _ => CreditKind.BillingPlan,
    };

    private static void Note(List<JsonObject> refused, JsonNode happening, string action, AdmissionReply reply)
    {
        if (reply.Result != AdmissionResult.Refused) return;
        refused.Add(new JsonObject
        {
            ["at"] = Text(happening["at"]), ["type"] = "refused", ["action"] = action, ["vm"] = Text(happening["vm"]),
            ["need"] = reply.Need.ToString(), ["have"] = reply.Have.ToString(),
        });
    }

    private static async Task<JsonArray> Journal(BillingCluster cluster, List<JsonObject> refused, bool tellsWarnings)
    {
        var rows = new List<JsonObject>(refused);
        foreach (var entry in (await cluster.Ledger.EntriesSince(cluster.Tenant, 0, long.MaxValue)).OrderBy(entry => entry.Number)) rows.Add(RowOf(entry));
        foreach (var notice in await cluster.Ledger.NoticesSince(cluster.Tenant, 0, long.MaxValue))
            if (RowOf(notice) is { } row && (tellsWarnings || notice.Kind != NoticeKind.DeletionNear)) rows.Add(row);
        rows.AddRange(Orders(cluster));
        return [.. rows.OrderBy(row => Instant(row["at"]))];
    }

    private static JsonObject RowOf(EntryView entry)
    {
        var row = new JsonObject { ["at"] = Text(entry.At) };
        var lines = entry.Lines.Select(line => (JsonNode)new JsonObject { ["lot"] = line.Lot, ["amount"] = (-line.Change).ToString() }).ToArray();
        switch (entry.Kind)
        {
            case EntryKind.Credit or EntryKind.Adjustment:
                row["type"] = entry.Kind == EntryKind.Credit ? "credit" : "adjustment";
                row["kind"] = entry.Lines[0].Kind switch { CreditKind.TopUp => "topUp", CreditKind.Voucher => "voucher", _ => "billingPlan" };
                if (entry.Lines[0].Lot != CreditLot.TopUp) row["lot"] = entry.Lines[0].Lot;
                row["amount"] = entry.Change.ToString();
                break;
            case EntryKind.Refund:
                row["type"] = "refund";
                row["amount"] = (-entry.Change).ToString();
                break;
            case EntryKind.Expiry or EntryKind.Revocation:
                row["type"] = entry.Kind == EntryKind.Expiry ? "expiry" : "revocation";
                row["lot"] = entry.Lines[0].Lot;
                row["amount"] = (-entry.Change).ToString();
                return row;
            default:
                row["type"] = "charge";
                if (entry.Vm is { } vm) (row["vm"], row["sequence"], row["seconds"]) = (vm.Id, vm.Sequence, vm.Seconds);
                else row["product"] = entry.Product;
                row["amount"] = (-entry.Change).ToString();
                row["lines"] = new JsonArray(lines);
                break;
        }
        row["balance"] = entry.BalanceAfter.ToString();
        return row;
    }

    private static JsonObject? RowOf(NoticeView notice) => notice.Kind switch
    {
        NoticeKind.Low => new() { ["at"] = Text(notice.At), ["type"] = "low", ["live"] = notice.Amount.ToString(), ["need"] = notice.Need.ToString() },
        NoticeKind.BelowZero => new() { ["at"] = Text(notice.At), ["type"] = "negative", ["live"] = notice.Amount.ToString() },
        NoticeKind.DeletionNear => new() { ["at"] = Text(notice.At), ["type"] = "deletionNear", ["deletionAt"] = Text(notice.DeletionAt!.Value) },
        NoticeKind.Cured => new() { ["at"] = Text(notice.At), ["type"] = "cured", ["live"] = notice.Amount.ToString() },
        _ => null,
    };

    private static IEnumerable<JsonObject> Orders(BillingCluster cluster) =>
        cluster.Orders().Where(order => order.Kind is OrderKind.Stop or OrderKind.Delete)
            .Select(order => new JsonObject { ["at"] = Text(order.At), ["type"] = order.Kind == OrderKind.Stop ? "stopOrdered" : "deleteOrdered", ["vm"] = order.Vm });

    private static async Task<JsonObject> End(BillingCluster cluster, DateTimeOffset until)
    {
        var stored = await cluster.Ledger.Load(cluster.Tenant);
        var balance = await cluster.Billing.GetBalance(cluster.Tenant);
        var vms = await cluster.Billing.ListVms(cluster.Tenant, withDeleted: true);
        return new JsonObject
        {
            ["at"] = Text(until),
            ["balance"] = balance.Total.ToString(),
            ["spendableOnGpuVm"] = balance.Posted.ToString(),
            ["liveOnGpuVm"] = balance.Live.ToString(),
            ["topUp"] = balance.TopUp.ToString(),
            ["lots"] = new JsonObject(stored.Balance.Lots.Select(lot => KeyValuePair.Create<string, JsonNode?>(lot.Id, lot.Remaining.ToString()))),
            ["vms"] = new JsonObject(vms.Select(vm => KeyValuePair.Create<string, JsonNode?>(vm.Id, new JsonObject
            {
                ["status"] = vm.Status.ToString(), ["seconds"] = vm.Seconds, ["cost"] = vm.Cost.ToString(), ["charged"] = vm.Charged.ToString(),
            }))),
        };
    }

    private static Currency CurrencyOf(JsonNode story) => CurrencyCode.Find(Text(story["currency"]))!.Value;

    private static DateTimeOffset At(JsonNode happening) => Instant(happening["at"]);

    private static DateTimeOffset Instant(JsonNode? node) => DateTimeOffset.Parse(Text(node), CultureInfo.InvariantCulture);

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    // Milliseconds show where something is not on its second.
    private static string Text(DateTimeOffset at) =>
        at.UtcDateTime.ToString(at.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
