namespace OrleansBilling.Payments.Tests.Support;

internal static class Amounts
{
    public static Amount Of(string text) => Amount.Parse(text);
}
