namespace OrleansBilling.Grains.Machines;

/// <summary>How the simulated platform behaves. Section <c>Platform</c>. Times are business time; probabilities are from 0 to 1.</summary>
public sealed class SimulatedPlatformOptions
{
    /// <summary>How long making a machine takes. Default 40 seconds.</summary>
    public TimeSpan Create { get; set; } = TimeSpan.FromSeconds(40);

    /// <summary>How long starting takes. Default 20 seconds.</summary>
    public TimeSpan Start { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long stopping takes. Default 20 seconds.</summary>
    public TimeSpan Stop { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a reboot takes. Default 30 seconds.</summary>
    public TimeSpan Reboot { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long deleting takes. Default 20 seconds.</summary>
    public TimeSpan Delete { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often making a machine fails. Default 0.</summary>
    public double CreateFails { get; set; }

    /// <summary>How often a request cannot be handed over, so that it must be repeated. Default 0.</summary>
    public double Unreachable { get; set; }

    /// <summary>How often a confirmation comes late. Default 0.</summary>
    public double ConfirmsLate { get; set; }

    /// <summary>How late it then comes. Default 2 minutes.</summary>
    public TimeSpan Lateness { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a confirmation comes twice. Default 0.</summary>
    public double ConfirmsTwice { get; set; }

    /// <summary>The seed of what happens by chance. Default 1.</summary>
    public int Seed { get; set; } = 1;
}
