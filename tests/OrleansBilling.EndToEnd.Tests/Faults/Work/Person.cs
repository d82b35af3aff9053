using System.Globalization;
using System.Net;
using System.Text.Json;
using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;
using OrleansBilling.EndToEnd.Tests.Portal;

namespace OrleansBilling.EndToEnd.Tests.Faults.Work;

/// <summary>
/// Somebody who goes to any portal with one session, writes down every call, and repeats under the same key, at the other portal, what
/// got no answer: as every caller of money calls must.
/// </summary>
internal sealed class Person : IDisposable
{
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(200);

    private readonly PortalCaller[] portals;
    private readonly WorkLog log;
    private readonly CancellationToken givenUp;

    /// <param name="cluster">Where.</param>
    /// <param name="log">Where every call is written down.</param>
    /// <param name="givenUp">From then on nothing is repeated any more.</param>
    public Person(ClusterUnderTest cluster, WorkLog log, CancellationToken givenUp)
    {
        portals = [.. cluster.Portals.Select(portal => new PortalCaller(portal.Host, cookies: Cookies, patience: cluster.Patience))];
        (this.log, this.givenUp) = (log, givenUp);
    }

    public CookieContainer Cookies { get; } = new();

    public string Tenant { get; private set; } = "-";

    public async Task<Person> SignIn(string email)
    {
        var session = await Do("sign in", HttpMethod.Post, "/api/session", _ => new { email });
        Tenant = Read<SessionAnswer>(session)!.Tenant;
        return this;
    }

    public async Task<Person> SignInAsOperator()
    {
        await Do("sign in", HttpMethod.Post, "/operator/session", _ => new { name = "grace", key = ClusterSettings.OperatorsKey });
        return this;
    }

    /// <summary>Pays in so many dollars and a little that tells this payment from all others.</summary>
    public Task<WorkOperation> TopUp(int dollars, int? portal = null) =>
        Do("top-up", HttpMethod.Post, "/api/top-ups", micros => new { amount = new Amount(micros), currency = "USD" }, dollars, portal: portal);

    /// <summary>The same payment once more, at one portal: as by a caller that has lost its answer.</summary>
    public Task Repeat(WorkOperation topUp, int portal) => Call(topUp, portal, HttpMethod.Post, topUp.Path, new { amount = new Amount(topUp.Micros), currency = "USD" });

    /// <summary>Says who pays, which is asked before the first payment.</summary>
    public Task SayWhoPays() => Do("profile", HttpMethod.Put, "/api/billing-profile", _ => ProfileAnswer.Of("Ada Lovelace"));

    /// <summary>Begins a payment of so many dollars at a gateway. A gateway that makes no page for it is left alone after a while: nobody has paid.</summary>
    public async Task<PaymentAnswer?> Pay(string gateway, int dollars) => Read<PaymentAnswer>(await Do(
        "payment", HttpMethod.Post, "/api/payments", _ => new { gateway, amount = string.Create(CultureInfo.InvariantCulture, $"{dollars}"), currency = "USD" }, attempts: 100));

    public async Task<VmAnswer?> CreateVm(string package = "1xH100") =>
        Read<VmAnswer>(await Do("create", HttpMethod.Post, "/api/vms", number => new { package, name = NameOf(number) }));

    public Task<WorkOperation> Ask(string kind, string vm) => kind == "delete"
        ? Do(kind, HttpMethod.Delete, $"/api/vms/{vm}")
        : Do(kind, HttpMethod.Post, $"/api/vms/{vm}/{kind}");

    /// <summary>An operator charges a tenant for another product, whatever is there.</summary>
    public Task<WorkOperation> Charge(string tenant, int dollars, int? portal = null) => Do(
        "charge", HttpMethod.Post, $"/api/operator/tenants/{tenant}/charges", micros => new { product = "inference", amount = new Amount(micros), currency = "USD", description = "tokens" }, dollars, tenant, portal);

    /// <summary>An operator gives a tenant credit that ends soon.</summary>
    public Task<WorkOperation> Grant(string tenant, string kind, int dollars, TimeSpan lasting)
    {
        var expires = DateTimeOffset.UtcNow + lasting;
        return Do(
            "grant", HttpMethod.Post, $"/api/operator/tenants/{tenant}/credits", micros => new { kind, amount = new Amount(micros), currency = "USD", description = kind, expires }, dollars, tenant);
    }

    /// <summary>An operator enters a price that is far ahead: it changes nothing but the rules by which every balance of the region decides.</summary>
    public Task<WorkOperation> EnterPrice() => Do(
        "price", HttpMethod.Post, "/api/operator/prices", number => new { package = "1xH100", pricePerHour = "2.54", from = new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(number) }, attempts: 100);

    public async Task<T?> Get<T>(string kind, string path) where T : class => Read<T>(await Do(kind, HttpMethod.Get, path));

    public Task<BalanceAnswer?> Balance() => Get<BalanceAnswer>("balance", "/api/balance");

    public Task<VmAnswer[]?> Vms() => Get<VmAnswer[]>("vms", "/api/vms");

    /// <summary>The newest entry of the ledger.</summary>
    public Task<LedgerAnswer?> LedgerHead() => Get<LedgerAnswer>("ledger", "/api/ledger?limit=1");

    /// <summary>The name of a VM that an operation makes.</summary>
    public static string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"vm {number}");

    /// <summary>One operation, until it is known whether it was done.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="method">Of the call.</param>
    /// <param name="path">Of the call.</param>
    /// <param name="body">Made of the operation's amount or, without one, of its number.</param>
    /// <param name="dollars">Its amount.</param>
    /// <param name="tenant">Whom it concerns; the person itself unless said.</param>
    /// <param name="portal">Where it is called first; anywhere unless said.</param>
    /// <param name="attempts">How often it is called at most.</param>
    public async Task<WorkOperation> Do(
        string kind, HttpMethod method, string path, Func<long, object?>? body = null, int dollars = 0, string? tenant = null, int? portal = null, int attempts = int.MaxValue)
    {
        var operation = log.Begin(tenant ?? Tenant, kind, path, dollars);
        var content = body?.Invoke(dollars == 0 ? operation.Number : operation.Micros);
        var at = portal ?? Random.Shared.Next(portals.Length);
        // Now and then at both at once: what is done once must be so when two ask for it at the same time, too.
        if (method != HttpMethod.Get && portal is null && Random.Shared.Next(8) == 0) await Task.WhenAll(Enumerable.Range(0, portals.Length).Select(each => Call(operation, each, method, path, content)));
        while (operation.Outcome == Outcome.Unknown)
        {
            var attempt = await Call(operation, at, method, path, content);
            if (attempt.Outcome != Outcome.Unknown || givenUp.IsCancellationRequested || operation.Attempts.Count >= attempts) break;
            await Task.Delay(pause, CancellationToken.None);
            at = (at + 1) % portals.Length;
        }
        return operation;
    }

    public void Dispose()
    {
        foreach (var portal in portals) portal.Dispose();
    }

    /// <summary>What an operation was answered; null when it was not done.</summary>
    public static T? Read<T>(WorkOperation operation) where T : class =>
        operation.Done is { } done ? JsonSerializer.Deserialize<T>(done.Text, PortalJson.Options) : null;

    private async Task<Attempt> Call(WorkOperation operation, int portal, HttpMethod method, string path, object? body)
    {
        var invoked = log.Now;
        log.Note($"{operation.Tenant} invoke {operation.Number} {operation.Kind} at portal {portal + 1}: {method} {path} {(body is null ? "" : JsonSerializer.Serialize(body, PortalJson.Options))}");
        var (outcome, status, text) = await Send(portal, method, path, body, operation.Key);
        var attempt = new Attempt(portal, invoked, log.Now, outcome, status, text);
        operation.Add(attempt);
        log.Note($"{operation.Tenant} {outcome.ToString().ToLowerInvariant()} {operation.Number} {operation.Kind}: {status} {text[..Math.Min(text.Length, 300)]}");
        return attempt;
    }

    private async Task<(Outcome Outcome, int Status, string Text)> Send(int portal, HttpMethod method, string path, object? body, string key)
    {
        try
        {
            using var answer = await portals[portal].Send(method, path, body, method == HttpMethod.Get ? null : key);
            var text = await answer.Content.ReadAsStringAsync();
            var status = (int)answer.StatusCode;
            return (answer.IsSuccessStatusCode ? Outcome.Ok : status is >= 500 or 408 or 429 ? Outcome.Unknown : Outcome.Fail, status, text);
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException or TaskCanceledException)
        {
            return (Outcome.Unknown, 0, cut.Message);
        }
    }
}
