using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Domain.Balances;

/// <summary>
/// Every VM that was ever admitted to a balance, by id and in the order of creation. A value. Besides the VMs it keeps what all of them
/// together amount to, so that the change of one costs the same however many there are.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "Named by what it holds.")]
public sealed class MeteredVms : IReadOnlyDictionary<string, MeteredVm>
{
    /// <summary>No VM.</summary>
    public static readonly MeteredVms None = new(ImmutableDictionary.Create<string, int>(StringComparer.Ordinal), [], 0, DueCharges.None, [], UsageSums.None);

    private const int BlockSize = 64; // a change copies one block and the list of blocks

    private readonly ImmutableDictionary<string, int> places;
    private readonly ImmutableArray<ImmutableArray<MeteredVm>> blocks;
    private readonly DueCharges due;
    private readonly ImmutableArray<PackageCount> counts;
    private UsageSums sums; // follows from the others; kept so that it is summed up once

    private MeteredVms(
        ImmutableDictionary<string, int> places, ImmutableArray<ImmutableArray<MeteredVm>> blocks, int counting, DueCharges due,
        ImmutableArray<PackageCount> counts, UsageSums sums)
    {
        (this.places, this.blocks, Counting, this.due, this.counts, this.sums) = (places, blocks, counting, due, counts, sums);
    }

    /// <summary>The VMs of a balance as they were stored.</summary>
    /// <exception cref="ArgumentException">Their ordinals are not 0, 1, 2, ….</exception>
    public static MeteredVms Of(IEnumerable<MeteredVm> vms)
    {
        var all = None;
        foreach (var vm in vms.OrderBy(vm => vm.Ordinal)) all = all.With(vm);
        return all;
    }

    /// <inheritdoc/>
    public int Count => places.Count;

    /// <summary>How many of them count for one hour's cost (policy 4.2).</summary>
    public int Counting { get; }

    /// <summary>The packages of those that count, or are billed, with how many of each.</summary>
    public ImmutableArray<PackageCount> Packages => counts;

    /// <summary>The charge that is due first; null when none is.</summary>
    public DueCharge? FirstDue => due.First;

    /// <inheritdoc/>
    public MeteredVm this[string id] => At(places[id]);

    /// <inheritdoc/>
    public IEnumerable<string> Keys => Values.Select(vm => vm.Id);

    /// <summary>The VMs in the order of their creation.</summary>
    public IEnumerable<MeteredVm> Values
    {
        get
        {
            foreach (var block in blocks)
                foreach (var vm in block)
                    yield return vm;
        }
    }

    /// <summary>The VM of an id; null when there is none.</summary>
    public MeteredVm? Find(string id) => places.TryGetValue(id, out var place) ? At(place) : null;

    /// <inheritdoc/>
    public bool ContainsKey(string key) => places.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out MeteredVm value) => (value = Find(key)) is not null;

    /// <summary>With a new VM, or a VM in place of its earlier value.</summary>
    /// <exception cref="ArgumentException">The ordinal is not its place.</exception>
    public MeteredVms With(MeteredVm vm)
    {
        var before = vm.Ordinal >= 0 && vm.Ordinal < Count ? At(vm.Ordinal) : null;
        if (before is null ? vm.Ordinal != Count || places.ContainsKey(vm.Id) : before.Id != vm.Id) throw new ArgumentException($"VM '{vm.Id}' has the ordinal {vm.Ordinal}.", nameof(vm));
        var (block, index) = Math.DivRem(vm.Ordinal, BlockSize);
        return new MeteredVms(
            before is null ? places.Add(vm.Id, vm.Ordinal) : places,
            block == blocks.Length ? blocks.Add([vm]) : blocks.SetItem(block, before is null ? blocks[block].Add(vm) : blocks[block].SetItem(index, vm)),
            Counting + (vm.Counts ? 1 : 0) - (before is { Counts: true } ? 1 : 0),
            before is not null && before.NextCharge == vm.NextCharge ? due : due.With(vm.Ordinal, vm.NextCharge),
            WithCount(before, vm),
            sums.With(before, vm));
    }

    /// <summary>The same VMs without a charge that is due.</summary>
    public MeteredVms WithoutCharges()
    {
        var all = this;
        foreach (var vm in Values)
            if (vm.NextCharge is not null) all = all.With(vm with { NextCharge = null });
        return all;
    }

    /// <summary>Usage by the instant that is not posted yet, exactly (policy 3.8). Looks at every VM.</summary>
    public Amount UnpostedAt(DateTimeOffset at, PriceList prices)
    {
        var sum = Amount.Zero;
        foreach (var block in blocks)
            foreach (var vm in block)
                if (vm.Status != VmStatus.Deleted) sum += vm.Unposted(at, prices[vm.Package]);
        return sum;
    }

    /// <summary>At most this much usage by the instant is not posted yet; from the sums alone.</summary>
    public Amount UnpostedAtMost(DateTimeOffset at, BillingRules rules)
    {
        // Nobody sees a difference when two threads sum up at once.
        if (!ReferenceEquals(sums.Prices, rules.Prices)) sums = UsageSums.Of(Values, rules.Prices);
        return sums.UnpostedAtMost(at, rules.Policy.ClockTolerance);
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, MeteredVm>> GetEnumerator() => Values.Select(vm => KeyValuePair.Create(vm.Id, vm)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private MeteredVm At(int place) => blocks[place / BlockSize][place % BlockSize];

    private ImmutableArray<PackageCount> WithCount(MeteredVm? before, MeteredVm after)
    {
        if (before is not null && before.Counts == after.Counts && before.Status.IsBilled() == after.Status.IsBilled()) return counts;
        var place = 0;
        while (place < counts.Length && counts[place].Package != after.Package) place++;
        var count = place < counts.Length ? counts[place] : new PackageCount(after.Package, 0, 0);
        if (before is not null) count = count.Plus(before, -1);
        count = count.Plus(after, 1);
        if (place == counts.Length) return count == new PackageCount(after.Package, 0, 0) ? counts : counts.Add(count);
        return count.Counting == 0 && count.Billed == 0 ? counts.RemoveAt(place) : counts.SetItem(place, count);
    }

    /// <summary>The VM at a place in the order of creation.</summary>
    public MeteredVm OfOrdinal(int ordinal) => At(ordinal);
}

/// <summary>How many VMs of a package a balance has.</summary>
/// <param name="Package">The package's code.</param>
/// <param name="Counting">How many count for one hour's cost (policy 4.2).</param>
/// <param name="Billed">How many are billed now (policy 3.2).</param>
public readonly record struct PackageCount(string Package, int Counting, int Billed)
{
    internal PackageCount Plus(MeteredVm vm, int sign) =>
        this with { Counting = Counting + (vm.Counts ? sign : 0), Billed = Billed + (vm.Status.IsBilled() ? sign : 0) };
}
