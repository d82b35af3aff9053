using System.Text;
using OrleansBilling.Payments.Vnpay;

namespace OrleansBilling.Payments.Tests.Vnpay;

/// <summary>Somebody on the way who changes what VNPAY answers.</summary>
internal sealed class AlteredAnswers : DelegatingHandler
{
    public AlteredAnswers(VnpayOptions options) : base(new SocketsHttpHandler()) => Gateway = new VnpayGateway(new HttpClient(this), options, TimeProvider.System);

    public VnpayGateway Gateway { get; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.Contains("50000000", body, StringComparison.Ordinal);
        response.Content = new StringContent(body.Replace("50000000", "90000000", StringComparison.Ordinal), Encoding.UTF8, "application/json");
        return response;
    }
}
