using OrleansBilling.Contracts.Tenants;

namespace OrleansBilling.Cluster.Tests.Tenants;

/// <summary>Who pays: what a profile must have, and that it is kept.</summary>
public sealed class BillingProfileTests
{
    private static readonly BillingProfile sound = new(BillingProfileKind.Company, "Analytical Engines", "ada@example.com", "1 Dorset Street\nLondon", "GB", "GB 123-456.7/8");

    public static TheoryData<string, BillingProfile> Wrong => new()
    {
        { "kind", sound with { Kind = 0 } },
        { "name", sound with { Name = "  " } },
        { "name", sound with { Name = new string('x', 201) } },
        { "name", sound with { Name = "Ada\u0007" } },
        { "email", sound with { Email = "ada@b@c" } },
        { "email", sound with { Email = $"{new string('a', 180)}@b" } },
        { "address", sound with { Address = "\n" } },
        { "address", sound with { Address = new string('x', 401) } },
        { "address", sound with { Address = "1 Dorset\tStreet" } },
        { "country", sound with { Country = "UK" } },
        { "country", sound with { Country = "GBR" } },
        { "taxCode", sound with { TaxCode = " " } },
        { "taxCode", sound with { TaxCode = new string('1', 33) } },
        { "taxCode", sound with { Kind = BillingProfileKind.Personal, TaxCode = "+1" } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_wrong_is_named_and_not_stored(string field, BillingProfile profile)
    {
        Assert.Equal(field, profile.Trimmed().Fault()?.Field);
        await using var cluster = await BillingCluster.Start();
        Assert.Equal(field, (await cluster.Billing.SetBillingProfile(cluster.Tenant, "who", profile))?.Field);
        Assert.Null(await cluster.Billing.FindBillingProfile(cluster.Tenant));
    }

    [Fact]
    public async Task A_profile_is_kept_without_blanks_around_and_outlives_its_activation()
    {
        await using var cluster = await BillingCluster.Start(setup => setup.OnDisk = true);
        Assert.Null(await cluster.Billing.FindBillingProfile(cluster.Tenant));
        var typed = sound with { Name = " Analytical Engines ", Address = "1 Dorset Street\r\nLondon\r\n", Country = "gb" };

        Assert.Null(await cluster.Billing.SetBillingProfile(cluster.Tenant, "company", typed));
        await cluster.Cluster.DeactivateAsync(cluster.Cluster.Client.GetGrain<IBillingProfileGrain>(cluster.Tenant.ToString()));

        Assert.Equal(sound, await cluster.Billing.FindBillingProfile(cluster.Tenant));
        Assert.Null(await cluster.Billing.SetBillingProfile(cluster.Tenant, "person", sound with { Kind = BillingProfileKind.Personal, TaxCode = "" }));
        Assert.Equal((BillingProfileKind.Personal, null), (await cluster.Billing.FindBillingProfile(cluster.Tenant)) is { } now ? (now.Kind, now.TaxCode) : default);
    }

    [Fact]
    public async Task M5_A_change_of_profile_or_language_that_is_repeated_after_a_later_one_does_not_undo_it()
    {
        await using var cluster = await BillingCluster.Start(setup => setup.OnDisk = true);
        var moved = sound with { Address = "12 St James's Square\nLondon" };
        Assert.Null(await Say("first", sound));
        Assert.Null(await Say("moved", moved));
        Assert.True(await Speak("japanese", "ja"));
        Assert.True(await Speak("vietnamese", "vi"));
        await cluster.Cluster.DeactivateAsync(cluster.Cluster.Client.GetGrain<IBillingProfileGrain>(cluster.Tenant.ToString()));

        Assert.Null(await Say("first", sound)); // as before
        Assert.True(await Speak("japanese", "ja"));

        Assert.Equal(moved, await cluster.Billing.FindBillingProfile(cluster.Tenant));
        Assert.Equal("vi", (await cluster.Billing.GetNoticeSettings(cluster.Tenant)).Language);
        Assert.Null(await Say("back", sound)); // another command that says the same
        Assert.Equal(sound, await cluster.Billing.FindBillingProfile(cluster.Tenant));

        Task<BillingProfileFault?> Say(string operation, BillingProfile profile) => cluster.Billing.SetBillingProfile(cluster.Tenant, operation, profile);

        Task<bool> Speak(string operation, string language) => cluster.Billing.SetNoticeLanguage(cluster.Tenant, operation, language);
    }

    [Fact]
    public void Countries_are_those_of_ISO_3166_1()
    {
        Assert.Equal(249, Countries.All.Count);
        Assert.Equal(Countries.All.Distinct().Order(StringComparer.Ordinal), Countries.All);
        Assert.All(["VN", "JP", "US", "GB"], country => Assert.True(Countries.IsCode(country)));
        Assert.All(["XX", "vn", "", "V N"], text => Assert.False(Countries.IsCode(text)));
    }
}
