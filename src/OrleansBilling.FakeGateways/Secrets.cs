using System.Security.Cryptography;

namespace OrleansBilling.FakeGateways;

/// <summary>Secrets last as long as the process: nobody can sign for a fake gateway that runs somewhere else.</summary>
internal static class Secrets
{
    public static string New(string prefix) => prefix + RandomNumberGenerator.GetHexString(32, lowercase: true);
}
