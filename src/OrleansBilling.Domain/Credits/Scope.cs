using System.Collections.Immutable;

namespace OrleansBilling.Domain.Credits;

/// <summary>What a credit pays for: all products, or a set of them (policy 2.5).</summary>
public sealed record Scope
{
    private readonly ImmutableArray<ProductCode> products;

    private Scope(ImmutableArray<ProductCode> products) => this.products = products;

    /// <summary>Pays for every product, also those to come.</summary>
    public static readonly Scope AllProducts = new([]);

    /// <summary>A scope of these products; none at all means all products.</summary>
    public static Scope Of(IEnumerable<ProductCode> products) => new([.. products.Distinct().OrderBy(product => product.Value, StringComparer.Ordinal)]);

    /// <summary>The products named, in ordinal order; empty when all are covered.</summary>
    public ImmutableArray<ProductCode> Products => products;

    /// <summary>How many products are covered; the narrower of two scopes is used first (policy 2.5).</summary>
    public int Breadth => products.IsEmpty ? int.MaxValue : products.Length;

    /// <summary>Whether a credit of this scope pays for the product.</summary>
    public bool Covers(ProductCode product) => products.IsEmpty || products.Contains(product);

    /// <inheritdoc/>
    public bool Equals(Scope? other) => other is not null && products.SequenceEqual(other.products);

    /// <inheritdoc/>
    public override int GetHashCode() => products.Length;

    /// <summary>The codes separated by commas; empty for all products.</summary>
    public override string ToString() => string.Join(',', products);

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">A code is not a product.</exception>
    public static Scope Parse(string text) =>
        text.Length == 0 ? AllProducts : Of(text.Split(',').Select(ProductCode.Parse));
}
