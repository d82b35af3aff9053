using Microsoft.Data.Sqlite;
using OrleansBilling.EndToEnd.Tests.Portal;
using OrleansBilling.EndToEnd.Tests.Processes;

namespace OrleansBilling.EndToEnd.Tests.Ledger;

/// <summary>The command <c>verify</c>, as an operator runs it.</summary>
public sealed class VerifyTests(ITestOutputHelper output) : HostTest(output)
{
    [Fact]
    public async Task F21_verify_reads_a_ledger_beside_the_host_and_without_it_and_names_what_does_not_verify()
    {
        var host = await Run("Clock:Speed=300", "Platform:Create=00:00:00");
        var tenant = Keep(new PortalCaller(host));
        await tenant.SignIn("ada@example.com");
        await tenant.TopUp("50.00");
        var vm = await tenant.CreateVm();
        await tenant.VmReaches(vm.Id, "running");
        await TenantCalls.Until(() => tenant.Ledger(), entries => entries.Length >= 3, "two quarter hours are charged");
        await tenant.SayWhoPays();
        var payment = await tenant.Post<PaymentAnswer>("/api/payments", new { gateway = "stripe", currency = "USD", amount = "25" });
        await Browser.Choose(payment.Page!, "Pay");
        await TenantCalls.Until(() => tenant.Get<PaymentAnswer>($"/api/payments/{payment.Id}"), now => now.Status == "paid", "the payment is paid");

        var (code, rows) = await host.Command("verify");
        Assert.Equal(0, code);
        Assert.Equal(11, rows.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("M1  ok        1 balances, ", rows, StringComparison.Ordinal);
        Assert.Matches("M9  ok +1 balances, .*, 1 payments; 1 top-ups and refunds are of no payment and not compared", rows);

        Assert.Equal(0, await host.Stop());
        Assert.Equal(0, (await host.Command("verify", "--region", "vn")).Code);
        Assert.Equal(2, (await host.Command("verify", "--region", "jp")).Code);
        Assert.Equal(2, (await host.Command("verify", "--Data:Folder=elsewhere")).Code);

        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = host.LedgerFile, Pooling = false }.ToString());
        connection.Open();
        using var edit = connection.CreateCommand();
        edit.CommandText = "DROP TRIGGER ledger_entry_is_never_updated; UPDATE ledger_entry SET description = 'Another source' WHERE number = 2";
        edit.ExecuteNonQuery();
        (code, rows) = await host.Command("verify");
        Assert.Equal(1, code);
        var violated = Assert.Single(rows.Split('\n'), row => row.Contains("VIOLATED", StringComparison.Ordinal));
        Assert.Matches("^M10 VIOLATED  vn/[^ ]+ entry 2: the hash does not follow from the entry and the one before$", violated);
    }
}
