using System.Text.Json;

namespace OrleansBilling.Portal.Json;

/// <summary>A value in a body that is no amount, instant or currency. The reader adds the place.</summary>
internal sealed class JsonRefusedException(string code, string message) : JsonException(message)
{
    public string Code => code;
}
