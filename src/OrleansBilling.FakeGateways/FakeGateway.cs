using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace OrleansBilling.FakeGateways;

/// <summary>What the three have in common: payments, a page, and acts that are told to the merchant.</summary>
internal abstract class FakeGateway(FakePost post)
{
    private readonly ConcurrentDictionary<string, FakePayment> payments = new();

    public abstract string Name { get; }

    public IEnumerable<FakePayment> Payments => payments.Values;

    /// <summary>The settings with which the merchant reaches it, at an address that ends with a slash.</summary>
    public abstract IEnumerable<KeyValuePair<string, string?>> Settings(Uri address);

    public virtual void Map(IEndpointRouteBuilder app)
    {
        app.MapGet($"/{Name}/page/{{id}}", (string id) => payments.TryGetValue(id, out var payment) ? (IResult)HostedPage.Of(payment) : TypedResults.NotFound());
        app.MapPost($"/{Name}/page/{{id}}", (string id, HttpRequest request) => Chosen(id, request));
    }

    /// <summary>By the merchant's name; null when there is none.</summary>
    public FakePayment? OfMerchant(string payment) => payments.Values.FirstOrDefault(known => known.Payment == payment);

    public void Do(FakePayment payment, FakeAct act, decimal? amount)
    {
        // A double click, a callback and a question at once: one after the other.
        lock (payment) Act(payment, act, amount);
    }

    protected FakePayment? Find(string id) => payments.GetValueOrDefault(id);

    /// <summary>The same one when it is there already.</summary>
    protected FakePayment Keep(FakePayment payment) => payments.GetOrAdd(payment.Id, payment);

    protected abstract void Act(FakePayment payment, FakeAct act, decimal? amount);

    /// <summary>Where the browser goes after the page.</summary>
    protected virtual Uri Back(FakePayment payment) => payment.ReturnTo;

    protected static IResult Json(JsonObject body) => TypedResults.Text(body.ToJsonString(), "application/json");

    protected void Tell(FakePayment payment, string what, Func<Uri, HttpRequestMessage> write, Func<int, string, bool> isAccepted) =>
        post.Send(new Letter(Name, payment.Payment, what, write, isAccepted));

    private async Task<IResult> Chosen(string id, HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (!payments.TryGetValue(id, out var payment)) return TypedResults.NotFound();
        if (!Enum.TryParse<FakeAct>(form["choice"], out var act) || act is not (FakeAct.Pay or FakeAct.PayLater or FakeAct.Fail or FakeAct.Leave)) return TypedResults.BadRequest();
        // Whoever comes back to a page that is used up only leaves it.
        if (payment.Status == "open") Do(payment, act, null);
        return new SeeOther(Back(payment));
    }

    // A browser that posted must come back with GET.
    private sealed class SeeOther(Uri address) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = address.AbsoluteUri;
            return Task.CompletedTask;
        }
    }
}
