using System.Globalization;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace OrleansBilling.Grains.Notices.Mail;

/// <summary>A notice as a message: text, and the same in HTML. Its Message-ID is that of the delivery, so that a mailbox that gets it twice has it once.</summary>
internal static class NoticeMail
{
    private static readonly HtmlEncoder html = HtmlEncoder.Create(UnicodeRanges.All);

    public static MailMessage Of(DueDelivery delivery, NoticeLanguage language, MailAddress from)
    {
        var (title, text) = (Line(delivery.Notice.Title), delivery.Notice.Text);
        var footer = $"{delivery.Balance} · {delivery.Notice.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC";
        var message = new MailMessage(from, new MailAddress(delivery.Recipient)) { Subject = title, SubjectEncoding = Encoding.UTF8 };
        message.Headers.Add("Message-ID", $"<{delivery.Id}@{from.Host}>");
        message.Headers.Add("Auto-Submitted", "auto-generated"); // no answers from those who are away
        message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString($"{text}\n\n-- \n{footer}\n", Encoding.UTF8, MediaTypeNames.Text.Plain));
        message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(Page(title, text, footer, language), Encoding.UTF8, MediaTypeNames.Text.Html));
        return message;
    }

    private static string Page(string title, string text, string footer, NoticeLanguage language) =>
        $"""
         <!DOCTYPE html>
         <html lang="{language.Code}"><head><meta charset="utf-8"><title>{html.Encode(title)}</title></head>
         <body style="font:16px/1.5 sans-serif"><h1 style="font-size:1.2em">{html.Encode(title)}</h1><p>{html.Encode(text)}</p><p style="color:#666;font-size:.85em">{html.Encode(footer)}</p></body></html>
         """;

    // Names of tenants are in it: no header may end before it ends.
    private static string Line(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
