using System.Globalization;
using System.Text.Json.Nodes;
using OrleansBilling.Simulator;

namespace OrleansBilling.Domain.Tests.Stories;

/// <summary>The examples of the policy's §6, readable.</summary>
public sealed class WorkedExamples
{
    [Fact]
    public void Example_1_Half_an_hour_of_1xH100_is_1_27_in_two_charges() => Assert.Equal(
        ["10:15:00 a 900 s 0.635000", "10:30:00 a 900 s 0.635000"],
        Charges(Play("10:30:00", TopUp("10:00:00", "10"), Vm("10:00:00", "create"))));

    [Fact]
    public void Example_2_Running_and_Stopped_are_billed_and_rebooting_is_not()
    {
        var journal = Play("11:30:00",
            TopUp("10:00:00", "10"), Vm("10:00:00", "create"), Vm("10:20:00", "reboot"), Vm("10:50:40", "powerOff"), Vm("11:00:40", "delete"));

        var vm = journal["end"]!["vms"]!["a"]!;
        Assert.Equal(("Deleted", 3600L, "2.540000", "2.540000"), ((string)vm["status"]!, (long)vm["seconds"]!, (string)vm["cost"]!, (string)vm["charged"]!));
    }

    [Fact]
    public void Example_3_Plan_then_voucher_then_top_up_and_a_notebook_voucher_pays_for_no_VM()
    {
        var journal = Play("10:15:00",
            Lot("10:00:00", "billingPlan", "plan", "0.10", "gpu-vm"), Lot("10:00:00", "voucher", "vm", "0.20", "gpu-vm"), Lot("10:00:00", "voucher", "notebook", "9", "ai-notebook"),
            TopUp("10:00:00", "3"), Vm("10:00:00", "create"));

        var charge = Assert.Single(Rows(journal, "charge"));
        Assert.Equal(["plan 0.100000", "vm 0.200000", "topUp 0.335000"], charge["lines"]!.AsArray().Select(line => $"{line!["lot"]} {line["amount"]}"));
        Assert.Equal(("11.665000", "2.665000"), ((string)journal["end"]!["balance"]!, (string)journal["end"]!["spendableOnGpuVm"]!));
    }

    [Fact]
    public void Example_4_A_price_change_within_a_quarter_hour() => Assert.Equal(
        ["10:15:00 a 900 s 0.723333"],
        Charges(Play("10:15:00", TopUp("10:00:00", "10"), Vm("10:00:00", "create", "changing"))));

    [Fact]
    public void Example_5_Running_out_and_unpaid()
    {
        var journal = Play("12:00:00",
            TopUp("10:00:00", "3"), Vm("10:00:00", "create"), Vm("10:10:51", "reboot", vm: "b"), Vm("10:10:52", "create", vm: "b"), Vm("11:00:00", "reboot"));

        Assert.Equal("10:10:52 live 2.539978 need 2.540000", Assert.Single(Rows(journal, "low").Select(row => $"{At(row)} live {row["live"]} need {row["need"]}")));
        Assert.Equal(
            ["10:10:52 create b: needs 5.080000, has 2.539978", "11:00:00 reboot a: needs 2.540000, has 0.460000"],
            Rows(journal, "refused").Select(row => $"{At(row)} {row["action"]} {row["vm"]}: needs {row["need"]}, has {row["have"]}"));
        Assert.Equal(
            ["10:15:00 a 900 s 0.635000", "10:30:00 a 900 s 0.635000", "10:45:00 a 900 s 0.635000", "11:00:00 a 900 s 0.635000", "11:10:52 a 652 s 0.460022"],
            Charges(journal).Take(5));
        Assert.Equal("11:10:52", Assert.Single(Rows(journal, "stopOrdered").Select(At)));
        Assert.Equal("11:10:52 -0.000022", Assert.Single(Rows(journal, "negative").Select(row => $"{At(row)} {row["live"]}")));
        Assert.Equal("11:40:52", Assert.Single(Rows(journal, "deleteOrdered").Select(At)));
    }

    [Fact]
    public void Example_5_Running_out_and_cured()
    {
        var journal = Play("12:00:00", TopUp("10:00:00", "3"), Vm("10:00:00", "create"), TopUp("11:20:00", "5"), Vm("11:20:00", "powerOn"));

        Assert.Equal("11:20:00 4.613334", Assert.Single(Rows(journal, "cured").Select(row => $"{At(row)} {row["live"]}")));
        Assert.Empty(Rows(journal, "deleteOrdered"));
        Assert.Empty(Rows(journal, "refused")); // power-on is allowed again
        Assert.Equal("Running", (string)journal["end"]!["vms"]!["a"]!["status"]!);
    }

    [Fact]
    public void Example_5_The_VM_stays_stopped_until_somebody_powers_it_on()
    {
        var journal = Play("12:00:00", TopUp("10:00:00", "3"), Vm("10:00:00", "create"), TopUp("11:20:00", "5"));

        Assert.Equal("Stopped", (string)journal["end"]!["vms"]!["a"]!["status"]!);
    }

    private static JsonObject Play(string until, params JsonObject[] events) => Simulation.Play(Story.Parse(new JsonObject
    {
        ["name"] = "example",
        ["currency"] = "USD",
        ["packages"] = new JsonArray(
            new JsonObject { ["code"] = "1xH100", ["prices"] = new JsonArray(Price("2026-01-01T00:00:00Z", "2.54")) },
            new JsonObject { ["code"] = "changing", ["prices"] = new JsonArray(Price("2026-01-01T00:00:00Z", "2.54"), Price("2026-03-02T10:10:00Z", "3.60")) }),
        ["platform"] = new JsonObject { ["reboot"] = 40 },
        ["events"] = new JsonArray([.. events]),
        ["until"] = $"2026-03-02T{until}Z",
    }.ToJsonString())).ToNode();

    private static JsonObject Price(string from, string perHour) => new() { ["from"] = from, ["perHour"] = perHour };

    private static JsonObject Event(string at, string what) => new() { ["at"] = $"2026-03-02T{at}Z", ["do"] = what };

    private static JsonObject TopUp(string at, string amount)
    {
        var credit = Event(at, "credit");
        (credit["kind"], credit["amount"]) = ("topUp", amount);
        return credit;
    }

    private static JsonObject Lot(string at, string kind, string lot, string amount, string product)
    {
        var credit = Event(at, "credit");
        (credit["kind"], credit["lot"], credit["amount"], credit["products"]) = (kind, lot, amount, new JsonArray(product));
        return credit;
    }

    private static JsonObject Vm(string at, string request, string package = "1xH100", string vm = "a")
    {
        var asked = Event(at, request);
        (asked["vm"], asked["package"]) = (vm, package);
        return asked;
    }

    private static IEnumerable<JsonObject> Rows(JsonObject journal, string type) =>
        journal["journal"]!.AsArray().Select(row => row!.AsObject()).Where(row => (string)row["type"]! == type);

    private static IEnumerable<string> Charges(JsonObject journal) => Rows(journal, "charge").Select(row => $"{At(row)} {row["vm"]} {row["seconds"]} s {row["amount"]}");

    private static string At(JsonObject row) =>
        DateTimeOffset.Parse((string)row["at"]!, CultureInfo.InvariantCulture).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
