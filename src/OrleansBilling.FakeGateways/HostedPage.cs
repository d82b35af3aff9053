using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;

namespace OrleansBilling.FakeGateways;

/// <summary>The page on which a payer decides, in a browser or in a test.</summary>
internal static class HostedPage
{
    public static ContentHttpResult Of(FakePayment payment) => TypedResults.Text($$"""
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>{{payment.Gateway}} (fake)</title>
        <style>body { font: 1rem/1.6 system-ui; max-width: 28rem; margin: 4rem auto; padding: 0 1rem } button { font: inherit; padding: .4rem 1.2rem; margin-right: .5rem }</style>
        <h1>{{payment.Gateway}} <small>(fake)</small></h1>
        <p>No money moves here. Payment <code>{{WebUtility.HtmlEncode(payment.Payment)}}</code> is {{payment.Status}}.</p>
        <p><strong>{{payment.Amount}} {{payment.Currency}}</strong></p>
        <form method="post" action="/{{payment.Gateway}}/page/{{WebUtility.HtmlEncode(Uri.EscapeDataString(payment.Id))}}">
          <button name="choice" value="Pay">Pay</button>
          <button name="choice" value="PayLater">Pay by a slow way</button>
          <button name="choice" value="Fail">Fail</button>
          <button name="choice" value="Leave">Leave</button>
        </form>
        </html>
        """, "text/html; charset=utf-8");
}
