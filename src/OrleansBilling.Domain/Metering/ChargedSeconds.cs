using System.Collections.Immutable;

namespace OrleansBilling.Domain.Metering;

/// <summary>What the ledger has charged a VM, by price version and exchange rate: asked for where its balance has folded what it must know (policy 3.9).</summary>
/// <param name="Sequence">The number of the last charge that is in it.</param>
/// <param name="Priced">All seconds that were charged and not given back.</param>
public sealed record ChargedSeconds(int Sequence, ImmutableArray<PricedSeconds> Priced)
{
    /// <summary>Sums up the charges of a VM.</summary>
    public static ChargedSeconds Of(IReadOnlyCollection<(int Sequence, ImmutableArray<PricedSeconds> Priced)> charges) =>
        new(charges.Select(charge => charge.Sequence).DefaultIfEmpty().Max(), PricedSeconds.Sum(charges.SelectMany(charge => charge.Priced)));
}
