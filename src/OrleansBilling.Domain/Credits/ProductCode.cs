using System.Collections.Immutable;

namespace OrleansBilling.Domain.Credits;

/// <summary>A product that charges a balance (policy 2.5).</summary>
/// <param name="Value">The code, in lower case.</param>
public readonly record struct ProductCode(string Value)
{
    /// <summary>GPU virtual machines, metered by this system; the rules of policy 4 look at what is spendable on it (2.9).</summary>
    public static readonly ProductCode GpuVm = new("gpu-vm");

    /// <summary>Every product there is.</summary>
    public static readonly ImmutableArray<ProductCode> All =
        [GpuVm, new("gpu-container"), new("ai-notebook"), new("model-fine-tuning"), new("model-hub"), new("inference")];

    /// <summary>The product of a code.</summary>
    /// <exception cref="FormatException">There is no such product.</exception>
    public static ProductCode Parse(string? code) =>
        All.FirstOrDefault(product => product.Value == code) is { Value: not null } found
            ? found
            : throw new FormatException($"'{code}' is not a product: expected one of {string.Join(", ", All)}.");

    /// <summary>The code.</summary>
    public override string ToString() => Value;
}
