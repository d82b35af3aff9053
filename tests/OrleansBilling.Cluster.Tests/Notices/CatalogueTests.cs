using System.Text.RegularExpressions;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Grains.Notices;

namespace OrleansBilling.Cluster.Tests.Notices;

/// <summary>Every notice says in every language the same facts (policy 4.3, 4.13).</summary>
public sealed partial class CatalogueTests
{
    private static readonly TimeZoneInfo vietnam = TimeZoneInfo.CreateCustomTimeZone("vn", TimeSpan.FromHours(7), "vn", "vn");

    public static TheoryData<NoticeKind, string> Kinds
    {
        get
        {
            var kinds = new TheoryData<NoticeKind, string>();
            foreach (var kind in Enum.GetValues<NoticeKind>())
                foreach (var variant in new[] { "", "WithoutVms", "Held" }) kinds.Add(kind, variant);
            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void P4_3_Each_kind_has_a_sentence_in_each_language_with_the_same_blanks(NoticeKind kind, string variant)
    {
        var english = NoticeCatalogue.Find(NoticeLanguage.English, kind, variant);
        Assert.All(BlanksOf(english), blank => Assert.Contains(blank, NoticeCatalogue.Blanks));
        foreach (var language in NoticeLanguage.All)
        {
            var text = NoticeCatalogue.Find(language, kind, variant);
            Assert.Equal(BlanksOf(english), BlanksOf(text));
            Assert.Contains(text.Text[^1], ".。");
            Assert.DoesNotContain('{', NoticeCatalogue.Write(Notice(kind), language, Currency.Usd, vietnam).Text);
        }
    }

    [Fact]
    public void P4_13_A_warning_names_the_instant_the_VMs_and_what_would_prevent_it_as_the_region_writes_it()
    {
        var notice = Notice(NoticeKind.BelowZero);
        Assert.Equal(
            [
                "Your live balance is below zero: -$1,234.57. Unless it is at or above zero by 2 Mar 2026, 18:40:52 (GMT+7), these VMs will be deleted with all their data: a, b. Adding at least $1,234.57 now prevents it; later it takes more, because usage goes on.",
                "Số dư hiện tại của bạn đang âm: -1.234,57 US$. Nếu đến 18:40:52 ngày 02/03/2026 (GMT+7) số dư vẫn còn âm, các máy ảo sau sẽ bị xóa cùng toàn bộ dữ liệu: a, b. Nạp ngay ít nhất 1.234,57 US$ để tránh bị xóa; càng để lâu số tiền cần nạp càng lớn vì phí sử dụng vẫn tiếp tục được tính.",
                "残高がマイナスになっています：-1,234.57米ドル。2026年3月2日 18:40:52 (GMT+7)までに残高がゼロ以上にならない場合、次の仮想マシンはすべてのデータとともに削除されます：a, b。今すぐ1,234.57米ドル以上を追加すれば削除を防げます。利用料は発生し続けるため、時間がたつほど必要な金額は増えます。",
            ],
            NoticeLanguage.All.Select(language => NoticeCatalogue.Write(notice, language, Currency.Usd, vietnam).Text));
    }

    [Fact]
    public void P4_11_P4_13_A_warning_of_a_deletion_that_is_held_names_no_instant_of_it_but_the_end_of_the_hold_and_the_reason()
    {
        var notice = Notice(NoticeKind.BelowZero) with { DeletionAt = null };
        Assert.All(NoticeLanguage.All, language =>
        {
            var (title, text) = NoticeCatalogue.Write(notice, language, Currency.Usd, vietnam);
            Assert.DoesNotContain("–", title + text, StringComparison.Ordinal); // a blank that nothing fills
            Assert.Contains(language.Write(notice.At + notice.TimeLeft!.Value, vietnam), text, StringComparison.Ordinal);
            Assert.Contains("gift", text, StringComparison.Ordinal);
        });
        Assert.Equal("Balance below zero: -$1,234.57", NoticeCatalogue.Write(notice with { Vms = "" }, NoticeLanguage.English, Currency.Usd, vietnam).Title);
    }

    [Fact]
    public void Nobody_is_told_of_more_than_is_left_or_less_than_is_needed()
    {
        var little = Amount.Parse("-0.000022");
        Assert.Equal(("-$0.01", "$0.01"), (NoticeLanguage.English.Write(little, Currency.Usd), NoticeLanguage.English.Write(-little, Currency.Usd, up: true)));
        Assert.Equal(("500.000 ₫", "500.001 ₫"), (NoticeLanguage.Vietnamese.Write(Amount.Parse("500000.9"), Currency.Vnd), NoticeLanguage.Vietnamese.Write(Amount.Parse("500000.9"), Currency.Vnd, up: true)));
        Assert.Equal("2,999円", NoticeLanguage.Japanese.Write(Amount.Parse("2999.999999"), Currency.Jpy));
    }

    [Theory]
    [InlineData("1.00:00:00", "1 day", "1 ngày", "1日")]
    [InlineData("05:59:59", "6 hours", "6 giờ", "6時間")]
    [InlineData("01:10:30", "1 hour 11 minutes", "1 giờ 11 phút", "1時間11分")]
    [InlineData("00:14:59", "15 minutes", "15 phút", "15分")]
    [InlineData("00:00:30", "30 seconds", "30 giây", "30秒")]
    [InlineData("00:00:00", "0 seconds", "0 giây", "0秒")]
    public void A_length_of_time_is_said_by_its_largest_units(string time, params string[] texts) =>
        Assert.Equal(texts, NoticeLanguage.All.Select(language => language.Write(TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture))));

    [Fact]
    public void What_a_tenant_has_named_fills_no_other_blank() =>
        Assert.Contains("{amount} {0}", NoticeCatalogue.Write(Notice(NoticeKind.Stopped) with { Vms = "{amount} {0}" }, NoticeLanguage.English, Currency.Usd, vietnam).Text, StringComparison.Ordinal);

    private static NoticeView Notice(NoticeKind kind) => new()
    {
        Number = 1, Kind = kind, At = new(2026, 3, 2, 11, 10, 52, TimeSpan.Zero), Amount = Amount.Parse("-1234.561"), Need = Amount.Parse("2.54"), TimeLeft = TimeSpan.FromMinutes(30),
        DeletionAt = new(2026, 3, 2, 11, 40, 52, TimeSpan.Zero), Vms = "a, b", About = "gift",
    };

    private static SortedSet<string> BlanksOf(NoticeText text) => [.. Blank().Matches($"{text.Title} {text.Text}").Select(blank => blank.Groups[1].Value)];

    [GeneratedRegex("{(.*?)}")]
    private static partial Regex Blank();
}
