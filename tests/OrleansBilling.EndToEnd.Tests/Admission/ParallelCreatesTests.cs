using System.Net;
using OrleansBilling.Domain.Money;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Admission;

public sealed class ParallelCreatesTests(ITestOutputHelper output) : HostTest(output)
{
    [Fact]
    public async Task E7_F14_Of_200_parallel_creates_with_money_for_three_and_a_half_hours_exactly_3_are_admitted()
    {
        // Nothing runs while they are counted, so that every refusal has the same numbers.
        var host = await Run("Platform:Create=00:10:00");
        var tenant = Keep(new PortalCaller(host));
        await tenant.SignIn("ada@example.com");
        await tenant.TopUp("8.89");

        var answers = await Task.WhenAll(Enumerable.Range(1, 200).Select(i =>
            tenant.Send(HttpMethod.Post, "/api/vms", new { package = "1xH100", name = $"vm {i}" }, PortalCaller.NewKey())));

        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
        var refused = answers.Where(answer => answer.StatusCode != HttpStatusCode.Accepted).ToArray();
        Assert.Equal(197, refused.Length);
        foreach (var answer in refused)
        {
            var refusal = await PortalCaller.RefusalOf(answer);
            Assert.Equal((402, "insufficient_credit"), (refusal.Status, refusal.Code));
            Assert.Equal(
                (Amount.Parse("10.16"), Amount.Parse("8.89"), Amount.Parse("1.27")),
                (refusal.Amount("need"), refusal.Amount("have"), refusal.Amount("shortfall")));
        }
        Assert.Equal(3, (await tenant.Get<VmAnswer[]>("/api/vms?deleted=true")).Length);
    }

    [Fact]
    public async Task E7_A_create_that_the_platform_then_fails_frees_its_place_and_costs_nothing()
    {
        var host = await Run("Platform:Create=00:00:02", "Platform:CreateFails=1");
        var tenant = Keep(new PortalCaller(host));
        await tenant.SignIn("ada@example.com");
        await tenant.TopUp("3.81"); // for an hour and a half of one

        for (var (asked, tries) = (false, 1); !asked; tries++)
        {
            Assert.True(tries < 10, "This machine was too slow.");
            var first = await tenant.CreateVm("first");
            using var second = await tenant.Send(HttpMethod.Post, "/api/vms", new { package = "1xH100", name = "second" }, PortalCaller.NewKey());
            asked = !second.IsSuccessStatusCode; // or it came when the first had failed already
            if (asked)
            {
                var refusal = await PortalCaller.RefusalOf(second);
                Assert.Equal((402, Amount.Parse("5.08")), (refusal.Status, refusal.Amount("need")));
            }
            await TenantCalls.Until(() => tenant.Get<VmAnswer[]>("/api/vms"), vms => vms.Length == 0, "what was begun has failed");
            Assert.Equal("deleted", (await tenant.Vm(first.Id)).Status);
        }
        var third = await tenant.CreateVm("third");
        await tenant.VmReaches(third.Id, "deleted");
        Assert.Equal(Amount.Parse("3.81"), (await tenant.Balance()).Live);
        Assert.Single(await tenant.Ledger()); // the top-up
    }
}
