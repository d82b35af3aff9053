namespace Orleans.Runtime;

/// <summary>Throws as the runtime's own class of this name does, which nobody outside can reach: the client knows it by its name.</summary>
internal static class ActivationCollector
{
    public static void ScheduleCollection() => throw new ArgumentException("The earliest collection that can be scheduled from now is for tomorrow");
}
