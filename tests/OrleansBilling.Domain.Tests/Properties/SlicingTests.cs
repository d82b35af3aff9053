using System.Text.Json;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Tests.Support;
using Xunit.Abstractions;

namespace OrleansBilling.Domain.Tests.Properties;

/// <summary>
/// When anybody looks changes nothing (policy 3.6, 3.9, 3.11; C3). Deletion is held here, because how long nobody was looking does count
/// there (4.10), and the machines obey no order, because when they do is their business.
/// </summary>
public sealed class SlicingTests(ITestOutputHelper output)
{
    [Fact]
    public void C3_However_the_time_is_sliced_the_same_things_happen() => Seeds.Try(300, output, seed =>
    {
        var life = new RandomLife(seed);
        var (calm, calmBalance) = Play(life, null);
        var (busy, busyBalance) = Play(life, new Random(-seed));
        for (var i = 0; i < Math.Max(calm.Count, busy.Count); i++)
            if (calm.ElementAtOrDefault(i) is var one && busy.ElementAtOrDefault(i) is var other && one != other)
                return $"event {i + 1}, looked at seldom: {one}; often: {other}";
        return calmBalance == busyBalance ? null : $"ends with {calmBalance}, or with {busyBalance}";
    });

    [Fact]
    public void M1_to_M8_hold_after_a_random_life() => Seeds.Try(300, output, seed =>
    {
        var life = new RandomLife(seed);
        var tenant = new Tenant { Rules = life.Rules };
        Play(life, tenant, new Random(-seed));
        return Books.Complaint([.. tenant.Entries], tenant.Balance);
    });

    [Fact]
    public void The_property_meets_adjustments_revocations_and_debits_of_lots()
    {
        var entries = Enumerable.Range(1, 40).SelectMany(seed =>
        {
            var life = new RandomLife(seed);
            var tenant = new Tenant { Rules = life.Rules };
            Play(life, tenant, busy: null);
            return tenant.Entries;
        }).ToList();

        Assert.Contains(entries, entry => entry.Kind == EntryKind.Revocation);
        Assert.Contains(entries, entry => entry is { Kind: EntryKind.Adjustment, Lines: [{ Kind: CreditKind.TopUp }] } && entry.Change < Amount.Zero);
        Assert.Contains(entries, entry => entry is { Kind: EntryKind.Adjustment, Lines: [{ Kind: not CreditKind.TopUp }] } && entry.Change < Amount.Zero);
        Assert.Contains(entries, entry => entry is { Kind: EntryKind.Adjustment, Lines: [{ Kind: not CreditKind.TopUp }] } && entry.Change > Amount.Zero);
    }

    private static (List<string> Events, string Balance) Play(RandomLife life, Random? busy)
    {
        var tenant = new Tenant { Rules = life.Rules };
        Play(life, tenant, busy);
        var total = $"{tenant.Balance.Total}, live {tenant.Balance.LiveAt(life.End, life.Rules.Prices)}, {tenant.Standing}";
        return ([.. tenant.Events.Select(Text)], total);
    }

    private static void Play(RandomLife life, Tenant tenant, Random? busy)
    {
        tenant.Rules = life.Rules with { Holds = [new EnforcementHold("h", HeldActions.Deletion, "test", "op", RandomLife.Start, life.End.AddYears(1))] };
        var pushed = new List<(string Vm, MeterReading Reading)>();
        var now = RandomLife.Start;
        foreach (var happening in life.Happenings)
        {
            if (busy is not null) Look(tenant, busy, now, happening.At, pushed);
            now = happening.At;
            RandomLife.Happen(tenant, happening);
        }
        if (busy is not null) Look(tenant, busy, now, life.End, pushed);
        tenant.Advance(life.End);
    }

    /// <summary>Ticks and readings at odd instants: in time, late, doubled, stale.</summary>
    private static void Look(Tenant tenant, Random busy, DateTimeOffset after, DateTimeOffset before, List<(string Vm, MeterReading Reading)> pushed)
    {
        var instants = Enumerable.Range(0, busy.Next(6)).Select(_ => after + (before - after) * busy.NextDouble()).Where(at => at > after).Order();
        foreach (var at in instants)
        {
            if (busy.Next(2) == 0) tenant.Advance(at);
            if (tenant.Histories.Count == 0) continue;
            var vm = tenant.Histories.Keys.ElementAt(busy.Next(tenant.Histories.Count));
            var through = busy.Next(3) == 0 ? at - (at - after) * busy.NextDouble() : at; // delivered late
            pushed.Add((vm, tenant.ReadingOf(vm, through)));
            tenant.Take(at, vm, pushed[^1].Reading);
            if (busy.Next(2) == 0)
            {
                var again = pushed[busy.Next(pushed.Count)];
                tenant.Take(at, again.Vm, again.Reading);
            }
        }
    }

    private static string Text(BalanceEvent happened) => happened switch
    {
        EntryPosted posted => JsonSerializer.Serialize(posted.Entry with { RecordedAt = default }),
        _ => JsonSerializer.Serialize(happened, happened.GetType()),
    };
}
