using System.Collections.Immutable;

namespace OrleansBilling.Domain.Balances;

/// <summary>When a VM is charged next.</summary>
/// <param name="At">The instant.</param>
/// <param name="Ordinal">The VM's place in the order of creation, which decides between charges of one instant (policy 5).</param>
public readonly record struct DueCharge(DateTimeOffset At, int Ordinal);

/// <summary>
/// The instants at which the VMs of a balance are charged next, in the order of creation, and the first of each block of them: so a
/// change copies one block, and the first of all is found without looking at all. A value.
/// </summary>
internal sealed class DueCharges
{
    public static readonly DueCharges None = new([], []);

    private const int BlockSize = 64;
    private const long Never = long.MaxValue; // later than every instant

    private readonly ImmutableArray<ImmutableArray<long>> blocks; // in ticks
    private readonly ImmutableArray<long> firsts; // of each block

    private DueCharges(ImmutableArray<ImmutableArray<long>> blocks, ImmutableArray<long> firsts) => (this.blocks, this.firsts) = (blocks, firsts);

    /// <summary>The charge that is due first; null when none is.</summary>
    public DueCharge? First
    {
        get
        {
            if (firsts.IsEmpty) return null;
            var block = IndexOfFirst(firsts);
            return firsts[block] == Never ? null : new DueCharge(new DateTimeOffset(firsts[block], TimeSpan.Zero), block * BlockSize + IndexOfFirst(blocks[block]));
        }
    }

    /// <summary>With the next charge of a VM, the next one in the order of creation or an earlier one.</summary>
    public DueCharges With(int ordinal, DateTimeOffset? at)
    {
        var (place, index) = Math.DivRem(ordinal, BlockSize);
        var due = at?.UtcTicks ?? Never;
        if (place == blocks.Length) return new DueCharges(blocks.Add([due]), firsts.Add(due));
        var block = index == blocks[place].Length ? blocks[place].Add(due) : blocks[place].SetItem(index, due);
        return new DueCharges(blocks.SetItem(place, block), firsts.SetItem(place, block[IndexOfFirst(block)]));
    }

    private static int IndexOfFirst(ImmutableArray<long> instants)
    {
        var first = 0;
        for (var i = 1; i < instants.Length; i++)
            if (instants[i] < instants[first]) first = i;
        return first;
    }
}
