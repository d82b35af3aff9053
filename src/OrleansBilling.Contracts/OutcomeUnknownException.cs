namespace OrleansBilling.Contracts;

/// <summary>
/// A grain cannot say whether a command was done: its write did not answer, or another activation has written meanwhile. Repeat the
/// call with the same id.
/// </summary>
[GenerateSerializer, Alias("outcome-unknown")]
public sealed class OutcomeUnknownException : OrleansException
{
    /// <summary>With the reason in words.</summary>
    public OutcomeUnknownException(string reason) : base($"{reason} Repeat the call with the same id.")
    {
    }

    /// <summary>Without a reason.</summary>
    public OutcomeUnknownException() : this("The outcome is unknown.")
    {
    }

    /// <summary>With the failure that caused it.</summary>
    public OutcomeUnknownException(string reason, Exception cause) : base($"{reason} Repeat the call with the same id.", cause)
    {
    }
}
