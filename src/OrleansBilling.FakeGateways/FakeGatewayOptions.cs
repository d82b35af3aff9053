namespace OrleansBilling.FakeGateways;

/// <summary>Where the fake gateways are, and whom they tell.</summary>
public sealed record FakeGatewayOptions
{
    /// <summary>Where they listen. Default any free port of the loopback: they are for nobody else.</summary>
    public Uri Address { get; init; } = new("http://127.0.0.1:0");

    /// <summary>Whether PayPal's certificates are offered over https as well, on another port, under an authority made at the start.</summary>
    public bool Certificates { get; init; }

    /// <summary>Where notifications go, by the gateway's name.</summary>
    public Func<string, Uri>? Notify { get; init; }

    /// <summary>How long they wait before they repeat what was not accepted. Default 5 s; the real ones take minutes.</summary>
    public TimeSpan RepeatAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often they try. Default 10.</summary>
    public int Attempts { get; init; } = 10;

    /// <summary>Their clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
