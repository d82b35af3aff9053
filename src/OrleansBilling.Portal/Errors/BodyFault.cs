using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansBilling.Portal.Errors;

/// <summary>Says what is wrong with a JSON body, without the names of types it was to be read as.</summary>
internal static partial class BodyFault
{
    public static string Describe(JsonException fault)
    {
        var text = fault.Message;
        var place = text.IndexOf(" Path: ", StringComparison.Ordinal);
        if (place >= 0) text = text[..place];
        place = text.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        if (place >= 0) text = text[..place];
        return text.Contains("could not be converted", StringComparison.Ordinal)
            ? "The value at this place is not what is expected there. See /openapi/v1.json."
            : TypeName().Replace(text, "this request");
    }

    // 'The JSON property 'x' could not be mapped to any .NET member contained in type 'A.B'.' and the like.
    [GeneratedRegex("(any \\.NET member contained in )?(type )?'?(OrleansBilling|System)\\.[^\\s']*(\\[[^\\]]*\\])?'?", RegexOptions.CultureInvariant)]
    private static partial Regex TypeName();
}
