using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace OrleansBilling.Domain.Tests.Oracle;

/// <summary>
/// The second opinion on the billing policy. It plays a story the slow and obvious way: one second after the other, every meter
/// read in every second, every rule asked in every second. Nothing is projected, cached or shared with the product, so where the
/// product and this file disagree, one of the two has misread the policy. Numbers in comments are the policy's rule numbers.
/// </summary>
public static class NaiveOracle
{
    private const string GpuVm = "gpu-vm";
    private static readonly int[] warnings = [10, 5]; // minutes before a deletion
    private static readonly BigInteger one = BigInteger.Pow(10, 12); // an exchange rate of 1: rates have 12 digits after the point

    /// <summary>Plays a story and returns its journal and its end, in the format of the expected files.</summary>
    public static JsonObject Play(JsonNode story) => new World(story).Play();

    private enum Status { Creating, Starting, Running, Rebooting, Stopping, Stopped, Error, Deleting, Deleted }

    private sealed record Price(DateTime From, BigInteger PerHour);

    /// <summary>A voucher or a billing-plan credit. Top-ups never expire and pay for everything (2.2): they are one number.</summary>
    private sealed record Lot(string Kind, string Name, BigInteger Amount, string[]? Products, DateTime Effective, DateTime Expires)
    {
        public BigInteger Left { get; set; } // zero before the start and after the end
        public bool IsRevoked { get; set; } // by an operator: neither starts nor ends any more

        public bool PaysFor(string product) => Products is null || Products.Contains(product); // 2.5; null: all of them
    }

    /// <summary>A billing plan of one tenant; this is the period that was begun last.</summary>
    private sealed record Plan(string Name, BigInteger Amount, string[]? Products, Dictionary<string, BigInteger> PerHour, DateTime First, TimeSpan Length)
    {
        public bool Renews { get; set; }
        public int Period { get; set; } = 1;
        public DateTime To => First + (Period * Length);
        public DateTime LastKnown => Renews ? DateTime.MaxValue : To;
    }

    private sealed record Vm(string Name, string Package)
    {
        public Status Status { get; set; }
        public Status? Next { get; set; } // what the platform will report at NextAt; null: nothing is under way
        public DateTime NextAt { get; set; }
        public DateTime? FirstRunning { get; set; }
        public bool StopOrderOpen { get; set; } // ordered to stop, but not Running yet, so the stop cannot have begun (4.5)

        public long Seconds { get; set; }
        public BigInteger Used { get; set; } // sum over all billed seconds of price per hour times rate: 3600 × 10^12 times the exact cost
        public BigInteger Cost => Used / (3600 * one); // the running total, rounded down once (3.6)
        public long PostedSeconds { get; set; }
        public BigInteger Posted { get; set; }
        public int Sequence { get; set; }

        public bool IsBilled => Status is Status.Running or Status.Stopped; // 3.2
        public bool IsOnItsWay => Status is Status.Creating or Status.Starting or Status.Rebooting;
        public bool IsBeingDeleted => Status is Status.Deleting or Status.Deleted;
    }

    private sealed class World(JsonNode story)
    {
        private readonly Dictionary<string, List<Price>> packages = story["packages"]!.AsArray().ToDictionary(
            p => Text(p!, "code"),
            p => p!["prices"]!.AsArray().Select(v => new Price(Instant(v!, "from"), Micros(Text(v!, "perHour")))).OrderBy(v => v.From)
                .ToList());
        private readonly List<Price> rates = (story["rates"]?.AsArray() ?? []).Select(r => new Price(Instant(r!, "from"), Digits(Text(r!, "rate"), 12))).OrderBy(r => r.From)
            .ToList();
        private readonly ILookup<DateTime, JsonNode> events = // keeps the order of arrival within one second
            story["events"]!.AsArray().ToLookup(e => Instant(e!, "at"), e => e!);
        private readonly DateTime until = Instant(story, "until");
        private readonly TimeSpan chargeEvery = TimeSpan.FromMinutes(Whole(story["policy"], "chargeEveryMinutes", 15));
        private readonly TimeSpan deleteAfter = TimeSpan.FromMinutes(Whole(story["policy"], "deleteAfterMinutes", 30));
        private readonly int lowBalanceHours = Whole(story["policy"], "lowBalanceHours", 1);

        private readonly List<Vm> vms = []; // in order of creation
        private readonly List<Lot> lots = []; // in order of arrival
        private readonly List<Plan> plans = [];
        private readonly JsonArray journal = [];
        private BigInteger topUp;
        private bool toldLow;
        private bool mayExhaust; // has been above zero since the last exhaustion
        private DateTime? negativeSince;
        private DateTime deletionDue; // means something only while negativeSince does
        private bool wasHeld; // so does this
        private readonly List<(DateTime Until, BigInteger Taken)> disputes = [];
        private readonly HashSet<int> warnedMinutesBefore = [];
        private DateTime now;

        /// <summary>Section 5: one instant, one order.</summary>
        public JsonObject Play()
        {
            var start = events.Select(arrived => arrived.Key).DefaultIfEmpty(until).Min();
            for (now = start; now <= until; now = now.AddSeconds(1))
            {
                MeterTheSecondThatHasJustPassed();
                EndCredits();
                RenewPlans();
                StartCredits();
                HearThePlatform(events[now].Where(e => Text(e, "do") == "status"));
                PostChargesThatAreDue();
                ApplySection4();
                foreach (var request in events[now].Where(e => Text(e, "do") != "status"))
                {
                    Serve(request);
                    ApplySection4();
                }
            }

            now = until;
            return new JsonObject { ["scenario"] = Text(story, "name"), ["journal"] = journal, ["end"] = End() };
        }

        /// <summary>3.3, 3.5, 3.7: the second [now - 1, now) costs the price at the exchange rate in force in that second.</summary>
        private void MeterTheSecondThatHasJustPassed()
        {
            foreach (var vm in vms.Where(vm => vm.IsBilled))
            {
                vm.Seconds++;
                vm.Used += PriceOf(vm.Package, now.AddSeconds(-1)) * RateAt(now.AddSeconds(-1));
            }
        }

        /// <summary>2.6: a lot pays for seconds before its end and no others, so usage up to here is settled while it still can.</summary>
        private void EndCredits()
        {
            var ending = lots.Where(lot => lot.Expires == now && !lot.IsRevoked).ToList();
            if (ending.Count > 0)
                vms.ForEach(Settle);
            foreach (var lot in ending.Where(lot => lot.Left > 0))
            {
                Row("expiry", ("lot", lot.Name), ("amount", Money(lot.Left)));
                lot.Left = 0;
            }
        }

        /// <summary>The next period begins where the one before it ends, as long as that one and on the same terms.</summary>
        private void RenewPlans()
        {
            foreach (var plan in plans.Where(plan => plan.Renews && plan.To == now))
            {
                plan.Period++;
                lots.Add(LotOf(plan));
            }
        }

        private static Lot LotOf(Plan plan) => new("billingPlan", $"plan/{plan.Name}/{plan.Period}", plan.Amount, plan.Products, plan.To - plan.Length, plan.To);

        private void StartCredits() => lots.FindAll(lot => lot.Effective == now && !lot.IsRevoked).ForEach(Start);

        /// <summary>2.6: a lot pays for no second before its start, so usage up to here is settled before it can.</summary>
        private void Start(Lot lot)
        {
            vms.ForEach(Settle);
            lot.Left = lot.Amount;
            Row("credit", ("kind", lot.Kind), ("lot", lot.Name), ("amount", Money(lot.Amount)), ("balance", Money(Balance())));
        }

        /// <summary>First what it was asked to do and is now done with, then what it says on its own account.</summary>
        private void HearThePlatform(IEnumerable<JsonNode> reports)
        {
            foreach (var vm in vms.Where(vm => vm.Next is not null && vm.NextAt == now))
                Become(vm, vm.Next!.Value);

            foreach (var report in reports)
            {
                var vm = vms.Find(vm => vm.Name == Text(report, "vm"));
                if (vm is not null && !vm.IsBeingDeleted)
                    Become(vm, Enum.Parse<Status>(Text(report, "status")));
            }
        }

        /// <summary>3.4 and section 5: the quarter hours count from the first Running instant; nothing ever moves them.</summary>
        private void PostChargesThatAreDue()
        {
            foreach (var vm in vms.Where(vm => vm.FirstRunning is { } first && first < now && (now - first).Ticks % chargeEvery.Ticks == 0))
                Settle(vm);
        }

        private void ApplySection4()
        {
            var live = Live(); // nothing in this section changes it: posting only moves it from unposted to posted

            // 4.1, 4.3: told once per crossing.
            var need = CostOfTheNextHours();
            var isLow = vms.Any(vm => !vm.IsBeingDeleted) && live < need;
            if (isLow && !toldLow)
                Row("low", ("live", Money(live)), ("need", Money(need)));
            toldLow = isLow;

            if (live > 0)
            {
                // 4.8: an order of an earlier exhaustion is void. A stop that has begun goes on; one that has not never will.
                mayExhaust = true;
                vms.ForEach(vm => vm.StopOrderOpen = false);
            }
            else
            {
                // 4.4, 4.5: exhaustion is the passing from above zero to zero or below.
                if (mayExhaust)
                {
                    mayExhaust = false;
                    vms.ForEach(Settle);
                    foreach (var vm in vms.Where(vm => vm.Status == Status.Running || vm.IsOnItsWay))
                    {
                        Row("stopOrdered", ("vm", vm.Name));
                        vm.StopOrderOpen = true;
                    }
                }

                // 4.5: one that was on its way gets there; and one that Runs without an order, because the platform says so, gets one.
                foreach (var vm in vms.Where(vm => vm.Status == Status.Running))
                {
                    if (!vm.StopOrderOpen)
                        Row("stopOrdered", ("vm", vm.Name));
                    vm.StopOrderOpen = false;
                    Begin(vm, "stop", Status.Stopping, Status.Stopped);
                }
            }

            // 4.7: exactly zero is not negative.
            if (live < 0 && negativeSince is null)
            {
                negativeSince = now;
                deletionDue = now + deleteAfter;
                wasHeld = false;
                warnedMinutesBefore.Clear();
                Row("negative", ("live", Money(live)));
            }
            else if (live >= 0 && negativeSince is not null)
            {
                negativeSince = null;
                Row("cured", ("live", Money(live)));
            }

            // 4.6: a payment that arrives in this very instant is too late, section 5 puts it after this.
            if (negativeSince is null)
                return;
            var open = disputes.Where(dispute => now < dispute.Until).ToList();
            if (open.Count > 0 && live + open.Aggregate(BigInteger.Zero, (sum, dispute) => sum + dispute.Taken) >= 0) // without them there would be no debt
            {
                wasHeld = true;
                warnedMinutesBefore.Clear(); // 4.11, 4.13: what comes after the hold is another deletion
                return;
            }
            if (wasHeld && deletionDue < now.AddMinutes(warnings[0]))
                deletionDue = now.AddMinutes(warnings[0]); // 4.13: of which is warned in full
            wasHeld = false;
            Warn();
            if (now >= deletionDue)
            {
                foreach (var vm in vms.Where(vm => !vm.IsBeingDeleted))
                {
                    Row("deleteOrdered", ("vm", vm.Name));
                    Begin(vm, "delete", Status.Deleting, Status.Deleted);
                }
            }
        }

        /// <summary>4.13: 10 and 5 minutes before, once a stretch; both at once are one.</summary>
        private void Warn()
        {
            var near = warnings.Where(minutes => now >= deletionDue.AddMinutes(-minutes) && !warnedMinutesBefore.Contains(minutes)).ToList();
            if (near.Count == 0 || now >= deletionDue || vms.TrueForAll(vm => vm.IsBeingDeleted))
                return;
            near.ForEach(minutes => warnedMinutesBefore.Add(minutes));
            if (story["warnings"] is { } told && (bool)told)
                Row("deletionNear", ("deletionAt", TextOf(deletionDue)));
        }

        /// <summary>What the VM's status does not allow changes nothing and leaves no row; only then is the balance asked.</summary>
        private void Serve(JsonNode request)
        {
            var what = Text(request, "do");
            var name = (string?)request["vm"] ?? "";
            var vm = vms.Find(vm => vm.Name == name);
            switch (what)
            {
                case "credit":
                    ReceiveCredit(request);
                    break;
                case "takeBack": // 2.8: from the top-up part alone
                    topUp -= Micros(Text(request, "amount"));
                    Row("refund", ("amount", Money(Micros(Text(request, "amount")))), ("balance", Money(Balance())));
                    if (request["heldUntil"] is not null)
                        disputes.Add((Instant(request, "heldUntil"), Micros(Text(request, "amount"))));
                    break;
                case "plan":
                    MakePlan(request);
                    break;
                case "renewal":
                    SwitchRenewal(plans.Find(plan => plan.Name == Text(request, "plan")), (bool)request["renews"]!);
                    break;
                case "charge": // 3.12: another product; it settles nothing
                    var amount = Micros(Text(request, "amount"));
                    var lines = Pay(amount, Text(request, "product"));
                    Row("charge", ("product", Text(request, "product")), ("amount", Money(amount)), ("lines", lines),
                        ("balance", Money(Balance())));
                    break;
                case "adjust":
                    PutRight(request);
                    break;
                case "revoke":
                    Revoke(lots.Find(lot => lot.Name == Text(request, "lot")));
                    break;
                case "create" when vm is null && IsAffordable(what, name, HourOf(Text(request, "package"))):
                    vm = new Vm(name, Text(request, "package"));
                    vms.Add(vm);
                    Begin(vm, "create", Status.Creating, Status.Running);
                    break;
                case "powerOn" when vm?.Status == Status.Stopped && IsAffordable(what, name, 0):
                    Begin(vm, "start", Status.Starting, Status.Running);
                    break;
                case "reboot" when vm?.Status == Status.Running && IsAffordable(what, name, 0):
                    Begin(vm, "reboot", Status.Rebooting, Status.Running);
                    break;
                case "powerOff" when vm?.Status == Status.Running:
                    Begin(vm, "stop", Status.Stopping, Status.Stopped);
                    break;
                case "delete" when vm?.IsBeingDeleted == false:
                    Begin(vm, "delete", Status.Deleting, Status.Deleted);
                    break;
            }
        }

        private void ReceiveCredit(JsonNode credit)
        {
            var amount = Micros(Text(credit, "amount"));
            var kind = Text(credit, "kind");
            if (kind == "topUp")
            {
                topUp += amount;
                Row("credit", ("kind", kind), ("amount", Money(amount)), ("balance", Money(Balance())));
                return;
            }

            var effective = credit["effective"] is null || Instant(credit, "effective") < now ? now : Instant(credit, "effective");
            var expires = credit["expires"] is null ? DateTime.MaxValue : Instant(credit, "expires");
            if (expires <= effective)
                return; // 2.6: [effective, expires) has no second in it. It was never part of the balance.

            var products = credit["products"]?.AsArray().Select(p => (string)p!).ToArray();
            var lot = new Lot(kind, Text(credit, "lot"), amount, products, effective, expires);
            lots.Add(lot);
            if (effective == now)
                Start(lot);
        }

        /// <summary>An operator's credit or debit. Where it is of a lot, usage up to here is settled first: it is paid by what there was (2.6).</summary>
        private void PutRight(JsonNode wish)
        {
            var (change, kind) = (Micros(Text(wish, "amount")), Text(wish, "kind"));
            if (kind == "topUp")
            {
                topUp += change; // also below zero (2.8)
                Row("adjustment", ("kind", kind), ("amount", Money(change)), ("balance", Money(Balance())));
                return;
            }

            var lot = lots.Find(lot => lot.Name == Text(wish, "lot"));
            if (change > 0)
            {
                var expires = wish["expires"] is null ? DateTime.MaxValue : Instant(wish, "expires");
                if (lot is not null || expires <= now)
                    return;
                vms.ForEach(Settle);
                var products = wish["products"]?.AsArray().Select(p => (string)p!).ToArray();
                lots.Add(lot = new Lot(kind, Text(wish, "lot"), change, products, now, expires));
            }
            else
            {
                if (lot?.Kind != kind || lot.IsRevoked || lot.Effective > now || lot.Expires <= now || lot.Left < -change)
                    return;
                vms.ForEach(Settle);
                if (lot.Left < -change)
                    return; // what was used had taken it already
            }

            lot.Left += change;
            Row("adjustment", ("kind", kind), ("lot", lot.Name), ("amount", Money(change)), ("balance", Money(Balance())));
        }

        private void Revoke(Lot? lot)
        {
            if (lot is null || lot.IsRevoked || lot.Expires <= now)
                return;
            if (lot.Effective <= now)
                vms.ForEach(Settle);
            lot.IsRevoked = true;
            if (lot.Left > 0)
                Row("revocation", ("lot", lot.Name), ("amount", Money(lot.Left)));
            lot.Left = 0;
        }

        /// <summary>Too late, or at odds with another plan's prices, it is not made at all.</summary>
        private void MakePlan(JsonNode asked)
        {
            var from = Instant(asked, "from");
            var plan = new Plan(
                Text(asked, "plan"), Micros(Text(asked, "amount")), asked["products"]?.AsArray().Select(p => (string)p!).ToArray(),
                (asked["prices"]?.AsArray() ?? []).ToDictionary(p => Text(p!, "package"), p => Micros(Text(p!, "perHour"))), from, Instant(asked, "to") - from)
            { Renews = (bool?)asked["renews"] ?? false };
            if (from < now.AddMinutes(1) || plan.PerHour.Keys.Any(package => !packages.TryGetValue(package, out var listed) || listed[0].From > from) || IsAtOdds(plan))
                return;
            plans.Add(plan);
            lots.Add(LotOf(plan));
        }

        private void SwitchRenewal(Plan? plan, bool renews)
        {
            if (plan is null || plan.To < now.AddMinutes(1))
                return;
            var before = plan.Renews;
            plan.Renews = renews;
            if (IsAtOdds(plan))
                plan.Renews = before;
        }

        /// <summary>3.7: of two prices of a package in one second nobody could say which holds.</summary>
        private bool IsAtOdds(Plan plan) => plans.Exists(other => other != plan && other.PerHour.Keys.Intersect(plan.PerHour.Keys).Any()
            && other.First < plan.LastKnown && plan.First < other.LastKnown);

        /// <summary>4.1, 4.2: enough for the hour of every VM not being deleted, and of the one asked for? If not, says so.</summary>
        private bool IsAffordable(string action, string name, BigInteger moreByTheHour)
        {
            var need = CostOfTheNextHours() + (moreByTheHour * lowBalanceHours);
            var have = Live();
            if (have < need)
                Row("refused", ("action", action), ("vm", name), ("need", Money(need)), ("have", Money(have)));
            return have >= need;
        }

        /// <summary>The platform starts to do something. What takes it no time is done at once.</summary>
        private void Begin(Vm vm, string work, Status meanwhile, Status afterwards)
        {
            Become(vm, meanwhile);
            vm.Next = afterwards;
            vm.NextAt = now.AddSeconds(Whole(story["platform"], work, 0));
            if (vm.NextAt == now)
                Become(vm, afterwards);
        }

        private void Become(Vm vm, Status status)
        {
            vm.Status = status;
            vm.Next = null; // whatever was under way is done, or dropped
            if (status == Status.Running)
                vm.FirstRunning ??= now;
            if (status is Status.Stopped or Status.Error || vm.IsBeingDeleted)
                vm.StopOrderOpen = false; // 4.9: an order is kept until the platform has confirmed it, or has nothing left to stop
            if (vm.IsBeingDeleted)
                Settle(vm); // 3.10: the last charge
        }

        /// <summary>3.6: posts the running totals less what was posted before. Seconds too cheap to show are still a row, of 0.</summary>
        private void Settle(Vm vm)
        {
            var seconds = vm.Seconds - vm.PostedSeconds;
            if (seconds == 0)
                return;

            var amount = vm.Cost - vm.Posted;
            vm.PostedSeconds = vm.Seconds;
            vm.Posted = vm.Cost;
            var lines = Pay(amount, GpuVm);
            Row("charge", ("vm", vm.Name), ("sequence", ++vm.Sequence), ("seconds", seconds), ("amount", Money(amount)), ("lines", lines),
                ("balance", Money(Balance())));
        }

        /// <summary>2.3 to 2.5: plan, voucher; soonest end, narrower scope, oldest. 2.8: top-up pays the rest, even below zero.</summary>
        private JsonArray Pay(BigInteger amount, string product)
        {
            var lines = new JsonArray(); // 2.7
            var inOrder = lots.Where(lot => lot.PaysFor(product)) // in order of arrival, and the sort is stable: the oldest first
                .OrderBy(lot => lot.Kind == "billingPlan" ? 1 : 2).ThenBy(lot => lot.Expires).ThenBy(lot => lot.Products?.Length ?? 99);
            foreach (var lot in inOrder.Where(lot => lot.Left > 0 && amount > 0))
            {
                var part = BigInteger.Min(lot.Left, amount);
                lot.Left -= part;
                amount -= part;
                lines.Add(new JsonObject { ["lot"] = lot.Name, ["amount"] = Money(part) });
            }

            topUp -= amount;
            if (amount != 0)
                lines.Add(new JsonObject { ["lot"] = "topUp", ["amount"] = Money(amount) });
            return lines;
        }

        /// <summary>2.1.</summary>
        private BigInteger Balance() => lots.Aggregate(topUp, (sum, lot) => sum + lot.Left);

        /// <summary>2.9: what the rules of section 4 look at, before usage that is not posted yet.</summary>
        private BigInteger Spendable() => lots.Where(lot => lot.PaysFor(GpuVm)).Aggregate(topUp, (sum, lot) => sum + lot.Left);

        /// <summary>3.8.</summary>
        private BigInteger Live() => vms.Aggregate(Spendable(), (sum, vm) => sum - (vm.Cost - vm.Posted));

        /// <summary>4.2: at the prices and the rate now in force, whatever the VMs are doing.</summary>
        private BigInteger CostOfTheNextHours() => lowBalanceHours
            * vms.Where(vm => !vm.IsBeingDeleted).Aggregate(BigInteger.Zero, (sum, vm) => sum + HourOf(vm.Package));

        /// <summary>What an hour costs now, rounded down once (3.6).</summary>
        private BigInteger HourOf(string package) => PriceOf(package, now) * RateAt(now) / one;

        /// <summary>3.7: the tenant's own price, in the seconds of its plan, or else the list's.</summary>
        private BigInteger PriceOf(string package, DateTime second) =>
            plans.Find(plan => plan.First <= second && second < plan.To && plan.PerHour.ContainsKey(package))?.PerHour[package] ?? PriceAt(packages[package], second);

        private BigInteger RateAt(DateTime second) => rates.Count == 0 ? one : PriceAt(rates, second);

        private static BigInteger PriceAt(List<Price> prices, DateTime second) => prices.Last(price => price.From <= second).PerHour;

        private JsonObject End() => new()
        {
            ["at"] = TextOf(now),
            ["balance"] = Money(Balance()),
            ["spendableOnGpuVm"] = Money(Spendable()),
            ["liveOnGpuVm"] = Money(Live()),
            ["topUp"] = Money(topUp),
            ["lots"] = ByName(lots.Where(lot => lot.Effective <= now), lot => lot.Name, lot => Money(lot.Left)),
            ["vms"] = ByName(vms, vm => vm.Name, vm => new JsonObject
            {
                ["status"] = vm.Status.ToString(),
                ["seconds"] = vm.Seconds,
                ["cost"] = Money(vm.Cost),
                ["charged"] = Money(vm.Posted),
            }),
        };

        private void Row(string type, params (string Name, JsonNode Value)[] fields) =>
            journal.Add(ByName([("at", TextOf(now)), ("type", type), .. fields], field => field.Name, field => field.Value));
    }

    private static int Whole(JsonNode? section, string name, int otherwise) => section?[name] is { } value ? (int)value : otherwise;

    private static JsonObject ByName<T>(IEnumerable<T> things, Func<T, string> name, Func<T, JsonNode> value) =>
        new(things.Select(thing => KeyValuePair.Create(name(thing), (JsonNode?)value(thing))));

    private static string Text(JsonNode node, string name) => (string)node[name]!;

    private static DateTime Instant(JsonNode node, string name) =>
        DateTime.Parse(Text(node, name), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    private static string TextOf(DateTime instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>3.6: money is a whole number of millionths.</summary>
    private static BigInteger Micros(string amount) => Digits(amount, 6);

    private static BigInteger Digits(string number, int digits)
    {
        var scaled = decimal.Parse(number, CultureInfo.InvariantCulture) * (decimal)BigInteger.Pow(10, digits);
        return decimal.IsInteger(scaled) ? new BigInteger(scaled) : throw new ArgumentException($"More than {digits} digits after the point: {number}");
    }

    private static string Money(BigInteger micros) =>
        (micros < 0 ? "-" : "") + BigInteger.DivRem(BigInteger.Abs(micros), 1_000_000, out var rest) + "."
        + rest.ToString("D6", CultureInfo.InvariantCulture);
}
