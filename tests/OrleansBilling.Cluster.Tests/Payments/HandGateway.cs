using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Contracts.Payments;
using OrleansBilling.Domain.Money;
using OrleansBilling.Payments;

namespace OrleansBilling.Cluster.Tests.Payments;

/// <summary>A gateway in the test's hands: its notifications are names of what was said, its knowledge what the test tells it.</summary>
internal sealed class HandGateway : IPaymentGateway
{
    private readonly ConcurrentDictionary<string, VerifiedNotification> signed = new();
    private int created;
    private int asked;

    public string Name => "stripe";

    public bool IsDown { get; set; }

    public bool TellsOfRefunds { get; set; } = true;

    public int Created => Volatile.Read(ref created);

    public int Asked => Volatile.Read(ref asked);

    /// <summary>What it answers when it is asked.</summary>
    public IReadOnlyList<PaymentEvent> Known { get; set; } = [];

    public PaymentOptions Settings { get; } = new();

    /// <summary>Puts it in place of the real ones, for dollars and đồng in Vietnam.</summary>
    public void AddTo(ClusterSetup setup)
    {
        setup.Services = services =>
        {
            Settings.Regions["vn"] = new() { ["stripe"] = ["USD", "VND"] };
            services.AddSingleton(Settings);
            services.AddSingleton<IPaymentGateway>(this);
        };
        var billing = setup.Billing;
        setup.Billing = options =>
        {
            billing(options);
            options.Regions["vn"].Rates.First["VND"] = "25400";
        };
    }

    /// <summary>A notification that it signs.</summary>
    public GatewayNotification Says(string payment, params PaymentEvent[] events)
    {
        var name = Guid.NewGuid().ToString("N");
        signed[name] = new VerifiedNotification(payment, events);
        return Notification(name);
    }

    /// <summary>One that it does not know.</summary>
    public static GatewayNotification Forged() => Notification("forged");

    public string? Refusal(Currency currency, Amount amount) => amount > Amount.Parse("1000000") ? "Too much." : null;

    public Task<PaymentPage> Create(Payment payment, CancellationToken cancellation)
    {
        Interlocked.Increment(ref created);
        return IsDown ? throw new HttpRequestException("It cannot be reached.") : Task.FromResult(new PaymentPage($"session-{payment.Id}", new Uri($"https://gateway.example/{payment.Id}")));
    }

    public Task<Notification> Read(NotificationRequest request, CancellationToken cancellation) => Task.FromResult<Notification>(
        signed.TryGetValue(Encoding.UTF8.GetString(request.Body.Span), out var verified) ? verified : new RefusedNotification("The signature is wrong.", new GatewayAnswer(400)));

    public GatewayAnswer Answer(NotificationOutcome outcome) => GatewayAnswer.Of(outcome);

    public Task<IReadOnlyList<PaymentEvent>> Ask(Payment payment, string reference, CancellationToken cancellation)
    {
        Interlocked.Increment(ref asked);
        return IsDown ? throw new HttpRequestException("It cannot be reached.") : Task.FromResult(Known);
    }

    private static GatewayNotification Notification(string name) =>
        new("stripe", "", [], Encoding.UTF8.GetBytes(name), TimeProvider.System.GetUtcNow());
}
