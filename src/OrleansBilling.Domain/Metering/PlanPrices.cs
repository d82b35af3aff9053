using System.Collections.Immutable;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Metering;

/// <summary>
/// The price of a package for one tenant during a plan: in its time it takes the place of every version of the price list (policy 3.7).
/// </summary>
/// <param name="Id">Unique within the balance, and below zero, so that it is no version of the price list; named by every charge that used it.</param>
/// <param name="Package">The package's code.</param>
/// <param name="Price">The price of one hour, in the list currency.</param>
/// <param name="From">The first instant at which it holds.</param>
/// <param name="To">The first instant at which the price list holds again; null: no end is known.</param>
public readonly record struct PlanPrice(int Id, string Package, HourlyPrice Price, DateTimeOffset From, DateTimeOffset? To);

/// <summary>All own prices of one tenant, past ones too. A value; whoever reads a meter of the tenant must know the same ones.</summary>
public sealed class PlanPrices : IEquatable<PlanPrices>
{
    /// <summary>No own prices.</summary>
    public static readonly PlanPrices None = new([]);

    private PlanPrices(ImmutableArray<PlanPrice> all) => All = all;

    /// <summary>The prices in the order of their instants.</summary>
    public ImmutableArray<PlanPrice> All { get; }

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => All.IsEmpty;

    /// <summary>Whether two of them are for one package at one time: then nobody could say which holds.</summary>
    public bool Overlap => All.GroupBy(price => price.Package).Any(same => same.Zip(same.Skip(1)).Any(pair => !(pair.First.To <= pair.Second.From)));

    /// <summary>Some prices as a value.</summary>
    public static PlanPrices Of(IEnumerable<PlanPrice> prices) => prices.OrderBy(price => price.From).ThenByDescending(price => price.Id).ToImmutableArray() is { IsEmpty: false } all ? new(all) : None;

    /// <inheritdoc/>
    public bool Equals(PlanPrices? other) => other is not null && (ReferenceEquals(this, other) || All.SequenceEqual(other.All));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PlanPrices);

    /// <inheritdoc/>
    public override int GetHashCode() => All.Length;
}
