namespace OrleansBilling.Grains.Pricing;

/// <summary>The settings list the prices of a region in another currency than they are in (policy 3.7). The message is a sentence for whoever started the silo.</summary>
public sealed class ListCurrencyException(string message) : Exception(message);
