using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.FakeGateways;

namespace OrleansBilling.Payments.Tests.Fakes;

/// <summary>Somebody who runs a gateway of the same kind, pays there in the name of one of our payments, and lets it notify us.</summary>
internal static class ForgedPage
{
    public static async Task Pay(FakeGatewayServer forger, string name, Payment victim)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(forger.Settings).Build();
        await using var services = new ServiceCollection().AddLogging().AddPaymentGateways(configuration).BuildServiceProvider();
        var page = await services.GetServices<IPaymentGateway>().First(gateway => gateway.Name == name).Create(victim, default);
        using var browser = new HttpClient();
        await browser.GetAsync(page.Address);
        forger.Do(victim.Id, FakeAct.Pay);
    }
}
