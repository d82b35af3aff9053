using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Domain.Credits;

namespace OrleansBilling.Portal.Errors;

/// <summary>Refuses products that there are none of.</summary>
internal static class Product
{
    public static bool Exists(string? product) => ProductCode.All.Any(known => known.Value == product);

    public static ProblemHttpResult Unknown(string? product) => Problem.Of(
        422, "unknown_product", $"There is no product '{product}'.", ("products", ProductCode.All.Select(known => known.Value).ToArray()));
}
