namespace OrleansBilling.FakeGateways;

/// <summary>
/// What tests in other processes, and curious people, do: <c>POST /control/behaviour</c>, <c>/control/acts/PAYMENT/ACT?amount=</c>,
/// <c>/control/repeat/PAYMENT</c>; <c>GET /control/deliveries</c>.
/// </summary>
internal static class ControlEndpoints
{
    public static void MapControl(this IEndpointRouteBuilder app, FakeGateway[] gateways, FakePost post)
    {
        var control = app.MapGroup("/control");
        control.MapPost("/behaviour", (FakeBehaviour behaviour) =>
        {
            post.Behaviour = behaviour;
            return TypedResults.NoContent();
        });
        control.MapGet("/deliveries", () => post.Deliveries);
        control.MapPost("/repeat/{payment}", (string payment) =>
        {
            post.Repeat(payment);
            return TypedResults.NoContent();
        });
        control.MapPost("/acts/{payment}/{act}", IResult (string payment, FakeAct act, decimal? amount) =>
        {
            foreach (var gateway in gateways)
            {
                if (gateway.OfMerchant(payment) is not { } known) continue;
                gateway.Do(known, act, amount);
                return TypedResults.NoContent();
            }
            return TypedResults.NotFound();
        });
    }
}
