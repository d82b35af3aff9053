namespace OrleansBilling.Host.Settings;

/// <summary>This process may not start as things are. The message is a sentence for whoever started it.</summary>
internal class RefusedStartException(string message) : Exception(message);

/// <summary>A setting has a value that cannot be.</summary>
internal sealed class SettingException(string name, string? value, string expected) : RefusedStartException($"Setting {name} is '{value}': expected {expected}.");
