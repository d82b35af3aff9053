using System.Text.Json;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Tests.Support;
using OrleansBilling.Domain.Vms;
using Xunit.Abstractions;

namespace OrleansBilling.Domain.Tests.Properties;

/// <summary>
/// A step that would post too much for one commit is written in parts (policy 3.9; C5). Nobody was looking for minutes of a life, and then all that was heard of it meanwhile is decided in one
/// step, as the shell does it: in one piece, or in parts of a few entries.
/// </summary>
public sealed class PartsTests(ITestOutputHelper output)
{
    [Fact]
    public void C5_M5_A_step_in_parts_decides_what_it_decides_in_one_piece() => Seeds.Try(200, output, seed => Difference(seed, lost: false));

    /// <summary>Deletion is held here, because how long nobody was looking does count there (policy 4.10), and who begins again looks again.</summary>
    [Fact]
    public void C5_M13_Where_a_part_ends_another_activation_goes_on_to_the_same_end() => Seeds.Try(200, output, seed => Difference(seed, lost: true));

    [Fact]
    public void The_property_meets_many_parts_stops_deletions_and_corrections()
    {
        var lives = Enumerable.Range(1, 60).Select(seed => Play(new RandomLife(seed), seed, most: 1, lost: false)).ToList();
        Assert.True(lives.Sum(life => life.Parts.Count) > 500);
        var events = lives.SelectMany(life => life.Parts).SelectMany(part => part.Events).ToList();
        Assert.Contains(events, happened => happened is OrderIssued { Order.Kind: OrderKind.Stop });
        Assert.Contains(events, happened => happened is BecameNegative);
        Assert.Contains(events, happened => happened is EntryPosted { Entry.Kind: EntryKind.Expiry });
        Assert.Contains(lives.SelectMany(life => life.Events), happened => happened is OrderMoved { Order: { Kind: OrderKind.Stop, State: OrderState.Void } });
        Assert.Contains(lives.SelectMany(life => life.Events), happened => happened is OrderIssued { Order.Kind: OrderKind.Delete });
        Assert.Contains(lives.SelectMany(life => life.Events), happened => happened is EntryPosted { Entry.Kind: EntryKind.Correction });
    }

    [Fact]
    public void A_part_ends_with_the_instant_at_which_it_is_full()
    {
        var tenant = Rich(vms: 3);
        var step = BalanceStep.Begin(tenant.Balance, tenant.Rules, Tenant.At("14:00:00"));
        var parts = new List<(int Entries, DateTimeOffset Through)>();
        while (!step.AdvanceBefore(step.Now, most: 4))
        {
            var part = step.Part();
            parts.Add((part.Events.Length, part.Next.AdvancedTo));
        }
        // Three charges a quarter hour, from 10:15: the fourth is of the second quarter hour, which is finished first.
        Assert.Equal(Enumerable.Range(1, 7).Select(number => (6, Tenant.At("10:00:00").AddMinutes(30 * number))), parts);
        step.Advance();
        Assert.Equal(6, step.Decide().Events.Length); // 13:45 and 14:00
    }

    [Fact]
    public void Credit_that_will_end_is_told_of_once_whoever_goes_on_after_a_part_and_credit_that_ended_meanwhile_is_not()
    {
        var tenant = Rich(vms: 1);
        tenant.Grant("10:00:00", CreditKind.Voucher, "ends", "5", products: "inference", until: "2026-03-05T10:00:00Z");
        tenant.Grant("10:00:00", CreditKind.Voucher, "ended", "5", products: "inference", until: "2026-03-04T09:00:00Z");
        var balance = tenant.Balance;
        var told = new List<Notice>();
        while (true)
        {
            var step = BalanceStep.Begin(balance, tenant.Rules, Tenant.At("2026-03-05T09:00:00Z"));
            var arrived = step.AdvanceBefore(step.Now, most: 10);
            if (arrived) step.Advance();
            var part = arrived ? step.Decide() : step.Part();
            told.AddRange(part.Events.OfType<NoticeGiven>().Select(given => given.Notice).Where(notice => notice.Kind == NoticeKind.CreditExpiring));
            balance = part.Next;
            if (arrived) break;
        }
        Assert.Equal((Tenant.At("2026-03-04T10:00:00Z"), "ends"), (Assert.Single(told).At, told[0].About));
    }

    private static Tenant Rich(int vms)
    {
        var tenant = new Tenant();
        tenant.TopUp("10:00:00", "10000");
        for (var i = 0; i < vms; i++) tenant.Run("10:00:00", $"v{i}");
        return tenant;
    }

    private static string? Difference(int seed, bool lost)
    {
        var life = new RandomLife(seed);
        var (whole, divided) = (Play(life, seed, most: int.MaxValue, lost), Play(life, seed, most: 1 + seed % 3, lost));
        if (whole.Parts.Count > 0) return "what has no bound was divided";
        if (lost && (whole.Folded || divided.Folded)) return null; // read in full afterwards (policy 3.9), and so when depends on how much was known by then
        for (var i = 0; i < Math.Max(whole.Events.Count, divided.Events.Count); i++)
            if (Text(whole.Events.ElementAtOrDefault(i)) is var one && Text(divided.Events.ElementAtOrDefault(i)) is var other && one != other)
                return $"event {i + 1}, in one piece: {one}; in parts: {other}";
        var (ends, endsDivided) = (Text(whole.Balance), Text(divided.Balance));
        return ends == endsDivided ? null : $"ends with {ends}, or with {endsDivided}";
    }

    private static Played Play(RandomLife life, int seed, int most, bool lost)
    {
        var chance = new Random(seed);
        var played = new Played();
        var rules = !lost ? life.Rules : life.Rules with { Holds = [new EnforcementHold("h", HeldActions.Deletion, "test", "op", RandomLife.Start, life.End.AddYears(1))] };
        var (histories, from) = (new Dictionary<string, StatusHistory>(), DateTimeOffset.MinValue);
        while (from < life.End.AddHours(1))
        {
            var at = from < RandomLife.Start ? RandomLife.Start : from + TimeSpan.FromSeconds(chance.Next(5, 1500));
            // Or shortly before a deletion, to be warned of it, and shortly after.
            if (played.Balance.Standing.DeletionDue is { } due && chance.Next(2) == 0 && due.AddSeconds(30) > from) at = due.AddMinutes(-3) > from ? due.AddMinutes(-3) : due.AddSeconds(30);
            rules = rules with { Revision = rules.Revision + chance.Next(2) }; // changed rules are looked at when all that was due has been done
            var heard = life.Happenings.Where(happening => happening.At > from && happening.At <= at).ToList();
            var readings = heard.Where(happening => happening.Vm is not null && histories.ContainsKey(happening.Vm)).Select(happening =>
            {
                var history = histories[happening.Vm!] = histories[happening.Vm!].With(new StatusChange(happening.At, happening.Status));
                var package = played.Balance.PricesOf(rules.Prices)[played.Balance.Vms[happening.Vm!].Package];
                var through = history.MeteredThrough(chance.Next(3) == 0 ? at : happening.At);
                return (happening.Vm, Reading: new MeterReading(history.Changes.Length, through, history.UsageThrough(through, package).Fold(), history.Status, history.FirstRunning));
            }).OrderBy(pair => pair.Reading.Through).ToList();

            BalanceStep? step;
            do step = Decide(); while (step is null);
            foreach (var happening in heard)
                if (happening.Command is { } command) command(step);
            played.Take(step.Decide());
            foreach (var vm in played.Balance.Vms.Values) histories.TryAdd(vm.Id, StatusHistory.CreatedAt(vm.AdmittedAt));
            from = at;

            // Null when the activation was lost after a part.
            BalanceStep? Decide()
            {
                var step = BalanceStep.Begin(played.Balance, rules, at, played.Ledger);
                foreach (var (vm, reading) in readings)
                {
                    if (!HasCome(step, reading.Through)) return null;
                    played.Folded |= step.Report(vm!, reading, played.Balance.Vms[vm!].Traits, played.Balance.PlanPrices).Result == ReadingResult.Folded;
                }
                if (!HasCome(step, at)) return null;
                step.Advance();
                return step;
            }
        }
        return played;

        bool HasCome(BalanceStep step, DateTimeOffset at)
        {
            while (!step.AdvanceBefore(at, most))
            {
                played.Parts.Add(step.Part());
                played.Take(played.Parts[^1]);
                if (lost) return false;
            }
            return true;
        }
    }

    private static string Text(object? value) => value is null ? "nothing" : JsonSerializer.Serialize(value, value.GetType());

    private sealed class Played
    {
        public Balance Balance { get; private set; } = Balance.Empty;

        public List<BalanceEvent> Events { get; } = [];

        public List<Decision> Parts { get; } = [];

        public Dictionary<string, KnownOperation> Ledger { get; } = [];

        public bool Folded { get; set; }

        public void Take(Decision decision)
        {
            // A VM that has changed is written with its part, and no other is.
            Assert.Equal(decision.Next.Vms.Values.Where(vm => !ReferenceEquals(vm, Balance.Vms.Find(vm.Id))), decision.Vms);
            Balance = decision.Next;
            Events.AddRange(decision.Events);
            foreach (var posted in decision.Events.OfType<EntryPosted>()) Ledger.Add(posted.Entry.Operation, new KnownOperation(posted.Entry.Fingerprint, posted.Entry.Number));
        }
    }
}
