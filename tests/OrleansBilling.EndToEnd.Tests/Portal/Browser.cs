using System.Net;
using System.Text.RegularExpressions;

namespace OrleansBilling.EndToEnd.Tests.Portal;

/// <summary>A payer's browser on a gateway's page: opens it, presses a button, and is sent somewhere.</summary>
internal static partial class Browser
{
    public static async Task<Uri> Choose(Uri page, string choice)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var html = await http.GetStringAsync(page);
        var action = Action().Match(html).Groups[1].Value;
        using var form = new FormUrlEncodedContent([new("choice", choice)]);
        using var answer = await http.PostAsync(new Uri(page, WebUtility.HtmlDecode(action)), form);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return answer.Headers.Location!;
    }

    [GeneratedRegex("action=\"([^\"]+)\"")]
    private static partial Regex Action();
}
