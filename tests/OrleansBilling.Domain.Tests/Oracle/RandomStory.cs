using System.Globalization;
using System.Text.Json.Nodes;

namespace OrleansBilling.Domain.Tests.Oracle;

/// <summary>
/// Random stories in which money runs low, runs out, turns negative and comes back as often as possible, and in which many things
/// fall on one instant. The same seed gives the same story.
/// </summary>
public static class RandomStory
{
    /// <summary>Writes the story of this seed.</summary>
    public static JsonObject Generate(int seed) => new Author(seed).Write();

    private sealed class Author(int seed)
    {
        private static readonly DateTime start = new(2026, 5, 4, 8, 0, 0, DateTimeKind.Utc);
        private static readonly string[] products =
            ["gpu-vm", "gpu-container", "ai-notebook", "model-fine-tuning", "model-hub", "inference"];
        private static readonly string[] works = ["create", "start", "stop", "reboot", "delete"];
        private static readonly int[] delays = [0, 0, 0, 1, 7, 40, 60, 95, 120];

        private readonly Random random = new(seed);
        private readonly List<JsonObject> events = [];
        private readonly List<DateTime> moments = []; // instants at which something is going on, and at which more should happen
        private readonly List<DateTime> ends = []; // of lots: two that end together are told apart by scope and age
        private readonly List<string> created = [];
        private readonly Dictionary<string, int> delayOf = [];
        private DateTime until;
        private DateTime now;
        private long unit; // about one hour of a VM, in millionths
        private int chargeEvery = 15;
        private int deleteAfter = 30;
        private int lotCount;

        public JsonObject Write()
        {
            until = start.AddMinutes(random.Next(2 * 60, (8 * 60) + 1));
            unit = random.Next(100) switch
            {
                < 12 => random.Next(1, Pick(20, 500, 10_000)), // 0.000001 to 0.01 per hour
                < 24 => random.Next(20_000_000, 500_000_000),
                _ => random.Next(500_000, 10_000_000),
            };

            var story = new JsonObject
            {
                ["name"] = string.Create(CultureInfo.InvariantCulture, $"random-{seed}"),
                ["currency"] = Chance(80) ? "USD" : Pick("VND", "JPY"),
                ["warnings"] = true,
                ["packages"] = new JsonArray([.. Enumerable.Range(0, random.Next(1, 4)).Select(Package)]),
            };
            ConvertPrices(story);
            MakePlans(story["packages"]!.AsArray().Count);
            if (Chance(30))
                story["policy"] = Policy();
            foreach (var work in works)
                delayOf[work] = 0;
            if (Chance(75))
                story["platform"] = Platform();

            WriteEvents();
            PutRight();
            story["until"] = Text(until);
            Arrange(story);
            for (var round = random.Next(4); round > 0; round--)
            {
                Sharpen(NaiveOracle.Play(story)["journal"]!.AsArray());
                Arrange(story);
            }

            return story;
        }

        private JsonNode Package(int number)
        {
            var froms = Enumerable.Range(0, random.Next(4)).Select(_ => Moment(start)).ToList();
            moments.AddRange(froms);
            return new JsonObject
            {
                ["code"] = string.Create(CultureInfo.InvariantCulture, $"p{number}"),
                ["prices"] = new JsonArray([.. froms.Append(start.AddMonths(-4)).Order().Distinct()
                    .Select(from => new JsonObject { ["from"] = Text(from), ["perHour"] = Money(Around(0.3, 2.5)) })]),
            };
        }

        /// <summary>In a third of the stories prices are listed in another currency, in some of these at so many rates that the first of them are folded. By chance of its own, so that the other stories stay what they are.</summary>
        private void ConvertPrices(JsonObject story)
        {
            var chance = new Random(-seed);
            if (chance.Next(3) > 0)
                return;
            var changes = Enumerable.Range(0, seed % 4 == 0 ? chance.Next(20, 60) : chance.Next(5)).Select(_ => start.AddSeconds(chance.Next(1, (int)(until - start).TotalSeconds))).ToList();
            moments.AddRange(changes);
            story["listCurrency"] = (string)story["currency"]! == "USD" ? "VND" : "USD";
            story["rates"] = new JsonArray([.. changes.Append(start.AddMonths(-1)).Order().Distinct().Select(from => new JsonObject
            {
                ["from"] = Text(from),
                // From a third to three: so that money runs low as often as in other stories. To the last digit, or rounder.
                ["rate"] = (Math.Round(chance.NextInt64(333_333_333_333, 3_000_000_000_000) / 1_000_000_000_000m, chance.Next(13)) + 0.001m).ToString(CultureInfo.InvariantCulture),
            })]);
        }

        /// <summary>In a third of the stories there are billing plans: some too late or at odds with others, most with prices of their own, some that renew. By chance of its own, which is not that of what operators put right, so that some stories have both.</summary>
        private void MakePlans(int packages)
        {
            var chance = new Random(seed ^ 0x5A5A);
            if (chance.Next(3) > 0)
                return;
            var length = (int)(until - start).TotalSeconds;
            var count = chance.Next(1, 4);
            for (var number = 0; number < count; number++)
            {
                var at = start.AddSeconds(chance.Next(length / 2));
                var from = at.AddSeconds(chance.Next(10) == 0 ? chance.Next(55, 65) : chance.Next(60, 3600));
                var to = from.AddHours(1).AddSeconds(chance.Next(3) == 0 ? 0 : chance.Next(5400));
                if (from > until)
                    continue;
                var plan = new JsonObject
                {
                    ["at"] = Text(at), ["do"] = "plan", ["plan"] = string.Create(CultureInfo.InvariantCulture, $"b{number}"), ["from"] = Text(from), ["to"] = Text(to),
                    ["amount"] = Money(Math.Max(1, (long)(unit * (0.05 + (chance.NextDouble() * 1.5))))), ["renews"] = chance.Next(2) == 0,
                };
                if (chance.Next(4) == 0)
                    plan["products"] = new JsonArray("ai-notebook");
                else
                    plan["prices"] = new JsonArray([.. Enumerable.Range(0, packages).Where(_ => chance.Next(3) > 0).Select(package => new JsonObject
                    {
                        ["package"] = string.Create(CultureInfo.InvariantCulture, $"p{package}"), ["perHour"] = Money(1 + (long)(unit * chance.NextDouble() * 2)),
                    })]);
                if (plan["products"] is null && chance.Next(2) == 0)
                    plan["products"] = new JsonArray("gpu-vm", "inference");
                events.Add(plan);
                moments.AddRange([from, to]);
                while (chance.Next(2) == 0)
                {
                    var switched = chance.Next(3) == 0 ? to.AddSeconds(chance.Next(-65, 5)) : at.AddSeconds(chance.Next(1, length));
                    events.Add(new JsonObject { ["at"] = Text(switched), ["do"] = "renewal", ["plan"] = plan["plan"]!.DeepClone(), ["renews"] = chance.Next(2) == 0 });
                }
            }
        }

        private JsonObject Policy()
        {
            var policy = new JsonObject();
            if (Chance(60))
                policy["chargeEveryMinutes"] = chargeEvery = Pick(5, 15, 30, 60);
            if (Chance(60))
                policy["deleteAfterMinutes"] = deleteAfter = Pick(1, 5, 10, 20, 60, 90);
            if (Chance(50))
                policy["lowBalanceHours"] = Pick(1, 2, 3);
            return policy;
        }

        private JsonObject Platform()
        {
            var platform = new JsonObject();
            foreach (var work in works.Where(_ => Chance(85)))
                platform[work] = delayOf[work] = Chance(20) ? random.Next(121) : Pick(delays);
            return platform;
        }

        private void WriteEvents()
        {
            var count = random.Next(10, 45);
            now = start;
            if (Chance(90))
                Add("credit", ("kind", "topUp"), ("amount", Money(Around(0.8, 4))));
            while (events.Count < count && now <= until)
            {
                now = NextInstant((until - start).TotalSeconds / count);
                var dice = random.Next(100);
                if (dice < 20 || (created.Count == 0 && dice < 70))
                    Create();
                else if (dice < 47)
                    Add(Pick("powerOn", "powerOn", "powerOff", "powerOff", "reboot", "reboot", "delete"), ("vm", SomeVm()));
                else if (dice < 57)
                    Report(SomeVm());
                else if (dice < 67)
                    Add("credit", ("kind", "topUp"), ("amount", Money(Around(0.02, 2))));
                else if (dice < 83)
                    AddLot(now);
                else if (dice < 89)
                    Charge(Around(0.05, 1.2));
                else if (dice < 92)
                    TakeBack();
                else
                    Ambush();
            }
        }

        private DateTime NextInstant(double averageGap)
        {
            if (events.Count > 0 && Chance(22))
                return now;
            if (Chance(20))
                return Moment(now);
            return now.AddSeconds(Chance(15) ? random.Next(1, 61) : random.Next(1, 2 + (int)(2 * averageGap)));
        }

        private string Create()
        {
            var vm = "v" + random.Next(5).ToString(CultureInfo.InvariantCulture);
            created.Add(vm);
            Add("create", ("vm", vm), ("package", "p" + random.Next(3).ToString(CultureInfo.InvariantCulture)));

            // The instants at which it will be charged are worth hitting.
            for (var quarter = 0; quarter < 6; quarter++)
                moments.Add(now.AddSeconds(delayOf["create"] + (quarter * chargeEvery * 60)));
            return vm;
        }

        private void Report(string vm) => Add("status", ("vm", vm), ("status",
            Chance(85)
                ? Pick("Running", "Running", "Stopped", "Error")
                : Pick("Starting", "Stopping", "Rebooting", "Deleting", "Deleted")));

        /// <summary>A charge that leaves nothing while a VM is on its way to Running: the only way to exhaust one there.</summary>
        private void Ambush()
        {
            var work = Pick("create", "create", "start", "reboot", "reboot", "stop", "delete");
            var vm = SomeVm();
            if (Chance(60)) // or it will be refused
                Add("credit", ("kind", "topUp"), ("amount", Money(Around(2, 6))));
            if (work == "create")
                vm = Create();
            else
                Add(work switch { "start" => "powerOn", "stop" => "powerOff", _ => work }, ("vm", vm));

            var delay = delayOf[work];
            now = now.AddSeconds(random.Next(delay + 1));
            Charge(Around(2, 10));
            for (var more = random.Next(-1, 4); more > 0; more--)
            {
                now = now.AddSeconds(random.Next((delay / 2) + 1));
                Report(Chance(90) ? vm : SomeVm());
            }

            if (Chance(40))
            {
                now = now.AddSeconds(random.Next((delay / 2) + 1));
                Add("credit", ("kind", "topUp"), ("amount", Money(Around(0.5, 10))));
            }
        }

        private void Charge(long amount) =>
            Add("charge", ("product", Chance(50) ? Pick(products[1..]) : "ai-notebook"), ("amount", Money(amount)));

        private void TakeBack()
        {
            var fields = new List<(string, JsonNode)> { ("amount", Money(Around(0.05, 3))) };
            if (Chance(50))
            {
                var end = Chance(50) ? now.AddSeconds(random.Next(1, 60 * 90)) : Moment(now.AddSeconds(1));
                fields.Add(("heldUntil", Text(end)));
                moments.Add(end);
            }
            Add("takeBack", [.. fields]);
        }

        private void AddLot(DateTime earliest)
        {
            now = earliest;
            var lot = new List<(string, JsonNode)>
            {
                ("kind", Pick("voucher", "billingPlan")),
                ("lot", "l" + lotCount++.ToString(CultureInfo.InvariantCulture)),
                ("amount", Money(Around(0.02, 1.5))),
            };
            if (Chance(65))
                lot.Add(("products", Scope()));

            var from = now;
            if (Chance(50))
            {
                from = Chance(20) ? now.AddSeconds(-random.Next(4000)) : Chance(30) ? now : Moment(now);
                lot.Add(("effective", Text(from)));
                moments.Add(from);
            }

            if (Chance(60))
            {
                // Now and then it has ended before it arrives, or ends after the story does.
                var end = Chance(5) && from <= now ? now.AddSeconds(-random.Next(3))
                    : ends.Exists(other => other > from) && Chance(35) ? Pick([.. ends.Where(other => other > from)])
                    : Chance(10) ? until.AddHours(4)
                    : Moment(from > now ? from : now);
                if (end > from || !lot.Exists(field => field.Item1 == "effective"))
                {
                    lot.Add(("expires", Text(end)));
                    moments.Add(end);
                    ends.Add(end);
                }
            }

            Add("credit", [.. lot]);
        }

        /// <summary>In half of the stories operators adjust and revoke. By chance of its own, so that the other stories stay what they are.</summary>
        private void PutRight()
        {
            var chance = new Random(~seed);
            if (chance.Next(2) == 0)
                return;
            for (var number = chance.Next(1, 9); number > 0; number--)
            {
                now = moments[chance.Next(moments.Count)].AddSeconds(chance.Next(-1, 2));
                var lot = chance.Next(4) == 0 ? $"a{chance.Next(1, 9)}" : $"l{chance.Next(lotCount + 1)}";
                var amount = Math.Max(1, (long)(unit * chance.NextDouble()));
                var kind = chance.Next(2) == 0 ? "voucher" : "billingPlan";
                switch (chance.Next(6))
                {
                    case 0:
                        Add("adjust", ("kind", "topUp"), ("amount", Money(chance.Next(3) == 0 ? amount : -amount)));
                        break;
                    case 1 when chance.Next(2) == 0:
                        var end = now.AddSeconds(chance.Next(-1, 3600));
                        Add("adjust", ("kind", kind), ("lot", $"a{number}"), ("amount", Money(amount)), ("expires", Text(end)));
                        moments.Add(end);
                        break;
                    case 1:
                        Add("adjust", ("kind", kind), ("lot", $"a{number}"), ("amount", Money(amount)), ("products", new JsonArray("gpu-vm")));
                        break;
                    case 2 or 3:
                        Add("adjust", ("kind", kind), ("lot", lot), ("amount", Money(-Math.Max(1, amount / 8))));
                        break;
                    default:
                        Add("revoke", ("lot", lot));
                        break;
                }
            }
        }

        private JsonArray Scope() => random.Next(10) switch
        {
            < 4 => ["gpu-vm"],
            < 6 => ["gpu-vm", "gpu-container"],
            < 8 => ["ai-notebook"],
            _ => new JsonArray([.. products.Where(_ => Chance(50)).DefaultIfEmpty("inference").Select(product => (JsonNode)product)]),
        };

        /// <summary>Reads what happens so far and lets something else happen at just that instant, or just beside it.</summary>
        private void Sharpen(JsonArray journal)
        {
            var rows = journal.Select(row => row!.AsObject())
                .Where(row => (string)row["type"]! is not ("charge" or "credit") || Chance(10)).ToList();
            if (rows.Count == 0)
                return;

            var row = rows[random.Next(rows.Count)];
            now = Parse((string)row["at"]!);
            switch ((string)row["type"]!)
            {
                case "low" when Micros(row, "live") > 0 && Chance(60): // to exactly zero, so exhausted but not negative
                    Charge(Micros(row, "live"));
                    break;
                case "negative":
                    var debt = -Micros(row, "live");
                    if (Chance(50))
                        now = now.AddSeconds((deleteAfter * 60) - random.Next(3)); // at the deadline: too late; before it: just in time
                    if (Chance(30))
                        AddLot(now);
                    else
                        Add("credit", ("kind", "topUp"), ("amount", Money(Chance(50) ? debt : debt + Around(0.01, 3))));
                    break;
                case "refused": // exactly enough, or one millionth less, and first in its instant
                    var missing = Math.Max(1, Micros(row, "need") - Micros(row, "have") - random.Next(2));
                    Add("credit", ("kind", "topUp"), ("amount", Money(missing)));
                    events.Insert(0, events[^1]);
                    events.RemoveAt(events.Count - 1);
                    break;
                case "stopOrdered":
                    now = now.AddSeconds(random.Next(-2, delayOf["stop"] + 3));
                    Report((string)row["vm"]!);
                    break;
                default:
                    now = now.AddSeconds(random.Next(-1, 2));
                    if (Chance(50))
                        AddLot(now);
                    else
                        Add(Pick("powerOn", "powerOff", "reboot", "delete"), ("vm", SomeVm()));
                    break;
            }
        }

        private void Arrange(JsonObject story)
        {
            var packages = story["packages"]!.AsArray().Count;
            var kept = events.Where(e => Parse((string)e["at"]!) >= start && Parse((string)e["at"]!) <= until)
                .OrderBy(e => (string)e["at"]!, StringComparer.Ordinal).ToList(); // stable: later ideas come later in their instant
            events.Clear();
            events.AddRange(kept);
            foreach (var create in events.Where(e => e["package"] is not null && ((string)e["package"]!)[1] - '0' >= packages))
                create["package"] = "p0";
            story["events"] = new JsonArray([.. events.Select(e => e.DeepClone())]);
        }

        private void Add(string what, params (string Name, JsonNode Value)[] fields)
        {
            var e = new JsonObject { ["at"] = Text(now), ["do"] = what };
            foreach (var (name, value) in fields)
                e[name] = value;
            events.Add(e);
            moments.Add(now);
        }

        private string SomeVm() =>
            created.Count > 0 && Chance(90) ? Pick([.. created]) : "v" + random.Next(5).ToString(CultureInfo.InvariantCulture);

        /// <summary>An instant that is not before this one, preferably one at which something is going on.</summary>
        private DateTime Moment(DateTime earliest)
        {
            var worthHitting = moments.Where(moment => moment >= earliest && moment <= until).ToArray();
            return worthHitting.Length > 0 && Chance(60)
                ? Pick(worthHitting)
                : earliest.AddSeconds(random.Next(1 + Math.Max(0, (int)(until - earliest).TotalSeconds)));
        }

        /// <summary>An amount between so many and so many hours of a VM: to the millionth, or in rounder figures.</summary>
        private long Around(double least, double most)
        {
            var amount = Math.Max(1, (long)(unit * (least + (random.NextDouble() * (most - least)))));
            return random.Next(6) switch
            {
                0 when amount >= 1_000_000 => (amount / 1_000_000 * 1_000_000) - 1, // n.999999
                1 when amount >= 1_000_000 => (amount / 1_000_000 * 1_000_000) + (1_000_000 / 3),
                2 or 3 when amount >= 10_000 => amount / 10_000 * 10_000,
                4 when amount >= 36 => amount / 36 * 36, // a whole number per 100 seconds, so that balances meet zero exactly
                _ => amount,
            };
        }

        private bool Chance(int percent) => random.Next(100) < percent;

        private T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];
    }

    private static string Text(DateTime instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static DateTime Parse(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    private static string Money(long micros) => (micros / 1_000_000m).ToString("0.00####", CultureInfo.InvariantCulture);

    private static long Micros(JsonObject row, string name) =>
        (long)(decimal.Parse((string)row[name]!, CultureInfo.InvariantCulture) * 1_000_000m);
}
