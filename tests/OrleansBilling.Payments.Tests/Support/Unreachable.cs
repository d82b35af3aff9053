namespace OrleansBilling.Payments.Tests.Support;

/// <summary>A network that nobody may use: what is verified by itself asks nobody.</summary>
internal sealed class Unreachable : HttpMessageHandler
{
    public static HttpClient Client() => new(new Unreachable());

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new HttpRequestException($"{request.RequestUri} was asked.");
}
