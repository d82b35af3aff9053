using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using OrleansBilling.Contracts;
using OrleansBilling.Portal.Errors;

namespace OrleansBilling.Portal.Commands;

/// <summary>
/// The caller's name for one command, from the header <c>Idempotency-Key</c>: the same key at the same address is done once. Browsers
/// send the session's cookie by themselves, but a header of this name to another site only after that site has agreed: so requiring it
/// also is the guard against forged commands.
/// </summary>
internal sealed partial record IdempotencyKey : IEndpointParameterMetadataProvider
{
    public const string Header = "Idempotency-Key";

    private readonly string key;
    private readonly string address;

    private IdempotencyKey(string key, string address) => (this.key, this.address) = (key, address);

    /// <summary>The operation id in the ledger or the VM: made of the key and what it was sent to.</summary>
    public string Operation => $"api-{Digest($"{address}\n{key}", 32)}";

    /// <summary>As <see cref="Operation"/>, for a command of which the cluster does not keep all the content: other content makes another id.</summary>
    public string OperationFor(params ReadOnlySpan<string> content) => $"api-{Digest($"{address}\n{key}\n{string.Join('\n', content)}", 32)}";

    /// <summary>An id for what the command makes, of the key alone: <c>vm-…</c>, <c>lot-…</c>.</summary>
    public string IdOf(string kind) => $"{kind}-{Digest(key, 20)}";

    /// <summary>An id for what the command makes that must be unique beyond the tenant: <c>pay-…</c>.</summary>
    public string IdOf(string kind, BalanceId of) => $"{kind}-{Digest($"{of}\n{key}", 32)}";

    public static ValueTask<IdempotencyKey?> BindAsync(HttpContext context)
    {
        if (context.Request.Headers[Header] is not [{ Length: > 0 } key])
            throw new RefusedException(400, "idempotency_key_required", $"A command carries one header {Header}, made by you: a retry repeats it.");
        if (!Form().IsMatch(key)) throw new RefusedException(400, "invalid_idempotency_key", $"An {Header} has 1 to 64 letters, digits, '-' and '_'.");
        return new(new IdempotencyKey(key, Address(context)));
    }

    public static void PopulateMetadata(
        ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new RequiresIdempotencyKey());

    // By the route and its values rather than the path, which can be written in several ways.
    private static string Address(HttpContext context)
    {
        var route = ((RouteEndpoint)context.GetEndpoint()!).RoutePattern;
        return $"{context.Request.Method} {route.RawText} {string.Join('/', route.Parameters.Select(part => context.Request.RouteValues[part.Name]))}";
    }

    private static string Digest(
        string text, int length) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..length];

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}

/// <summary>Marks an endpoint that is a command, for the API's description.</summary>
internal sealed class RequiresIdempotencyKey;
