namespace OrleansBilling.Client;

/// <summary>
/// The cluster did not answer, also after repetitions. The outcome is unknown: the command may or may not have been done, and may be
/// sent again with the same id.
/// </summary>
public sealed class BillingUnavailableException(string message, Exception inner) : Exception(message, inner);
