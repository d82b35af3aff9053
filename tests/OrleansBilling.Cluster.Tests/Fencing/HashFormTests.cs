using System.Security.Cryptography;
using System.Text;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Ledger;

namespace OrleansBilling.Cluster.Tests.Fencing;

/// <summary>What a hash covers, spelled out: who writes it otherwise breaks every chain that exists.</summary>
public sealed class HashFormTests
{
    private static readonly BalanceId balance = new("vn", "tenant-1");
    private static readonly DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(1_772_446_500_123);
    private static readonly byte[] previous = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void M10_The_hash_of_a_charge_covers_the_same_text_for_ever()
    {
        var vm = new VmCharge("vm-1", 7, at.AddMinutes(-15), at, 900, [new PricedSeconds(1, new HourlyPrice(2_490_000), 900)]);
        var entry = new LedgerEntry(
            12, "vm/vm-1/7", "vm/vm-1/7", EntryKind.Charge, at, at.AddMilliseconds(4), ProductCode.GpuVm, vm, new Amount(-622_500),
            [new LedgerLine(CreditLot.TopUp, CreditKind.TopUp, new Amount(-622_500))], new Amount(-22), "huấn luyện");

        AssertCovers(
            """
            vn/tenant-1
            12
            vm/vm-1/7
            vm/vm-1/7
            Charge
            1772446500123
            1772446500127
            gpu-vm
            vm-1|7|1772445600123|1772446500123|900|[[1,2490000,900]]
            -622500
            [{"lot":"topUp","kind":KIND,"micros":-622500}]
            -22
            huấn luyện
            """.Replace("KIND", $"{(int)CreditKind.TopUp}", StringComparison.Ordinal), entry);
    }

    [Theory]
    [InlineData("[[1,2540000,900,3,25400500000000000]]", 1)]
    [InlineData("[[1,2540000,900,3,25400500000000000],[1,2540000,900,4,25400500000000001]]", 2)]
    public void M10_P3_7_The_hash_of_a_charge_at_an_exchange_rate_covers_each_second_s_rate_after_its_price(string priced, int rates)
    {
        var parts = Enumerable.Range(0, rates).Select(i => new PricedSeconds(1, new HourlyPrice(2_540_000), 900, 3 + i, new ExchangeRate(25_400_500_000_000_000 + i)));
        var entry = new LedgerEntry(
            2, "vm/v/1", "vm/v/1", EntryKind.Charge, at, at, ProductCode.GpuVm, new VmCharge("v", 1, at, at, 900 * rates, [.. parts]), new Amount(-1),
            [new LedgerLine(CreditLot.TopUp, CreditKind.TopUp, new Amount(-1))], new Amount(1), "v");

        AssertCovers(
            $$"""
              vn/tenant-1
              2
              vm/v/1
              vm/v/1
              Charge
              1772446500123
              1772446500123
              gpu-vm
              v|1|1772446500123|1772446500123|{{900 * rates}}|{{priced}}
              -1
              [{"lot":"topUp","kind":{{(int)CreditKind.TopUp}},"micros":-1}]
              1
              v
              """, entry);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5_000)]
    public void M10_The_hash_of_a_credit_covers_all_of_its_text_however_long(int length)
    {
        var description = string.Concat(Enumerable.Repeat("quà ", length));
        var entry = new LedgerEntry(
            1, "grant-1", "Voucher|v-1", EntryKind.Credit, at, at, Product: null, Vm: null, new Amount(5),
            [new LedgerLine("v-1", CreditKind.Voucher, new Amount(2)), new LedgerLine("v-2", CreditKind.Voucher, new Amount(3))], new Amount(5), description);
        var kind = (int)CreditKind.Voucher;

        AssertCovers(
            $$"""
              vn/tenant-1
              1
              grant-1
              Voucher|v-1
              Credit
              1772446500123
              1772446500123


              5
              [{"lot":"v-1","kind":{{kind}},"micros":2},{"lot":"v-2","kind":{{kind}},"micros":3}]
              5
              {{description}}
              """, entry);
    }

    private static void AssertCovers(string text, LedgerEntry entry) =>
        Assert.Equal(SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes(text)]), EntryHash.Of(previous, balance, entry));
}
