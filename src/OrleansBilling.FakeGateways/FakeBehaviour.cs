namespace OrleansBilling.FakeGateways;

/// <summary>How notifications misbehave.</summary>
/// <param name="Copies">How often each is sent, at once.</param>
/// <param name="DelaySeconds">How long each waits.</param>
/// <param name="Reordered">Whether each second one overtakes the one before it.</param>
/// <param name="Silent">Whether none is sent at all.</param>
public sealed record FakeBehaviour(int Copies = 1, double DelaySeconds = 0, bool Reordered = false, bool Silent = false);

/// <summary>One attempt to notify.</summary>
/// <param name="Gateway">Who.</param>
/// <param name="Payment">About which payment.</param>
/// <param name="What">The type of the event.</param>
/// <param name="Status">What was answered; 0 when nobody did.</param>
/// <param name="Body">What was answered.</param>
public sealed record Delivery(string Gateway, string Payment, string What, int Status, string Body);
