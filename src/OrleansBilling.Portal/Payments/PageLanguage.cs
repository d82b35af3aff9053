namespace OrleansBilling.Portal.Payments;

/// <summary>The language of a gateway's page: what the browser likes best (<c>Accept-Language</c>) of those that our pages may have.</summary>
internal static class PageLanguage
{
    private static readonly string[] spoken = ["vi", "en", "ja"];

    /// <returns><c>vi</c>, <c>en</c> or <c>ja</c>; <c>en</c> when the browser likes none of them.</returns>
    public static string Of(HttpRequest request) =>
        request.GetTypedHeaders().AcceptLanguage
            .Where(language => language.Quality is not 0)
            .OrderByDescending(language => language.Quality ?? 1) // stable: of equals the first
            .Select(language => language.Value.ToString().Split('-')[0].ToLowerInvariant())
            .FirstOrDefault(spoken.Contains) ?? "en";
}
