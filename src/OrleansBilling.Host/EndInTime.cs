using System.Diagnostics;

namespace OrleansBilling.Host;

/// <summary>
/// A process that ends does end. Its shutdown timeout asks what is being stopped to give up; whatever does not listen would keep the process for ever, and one that ends by itself, as a
/// silo does whose clock has jumped, has nobody who kills it then.
/// </summary>
internal static class EndInTime
{
    private static readonly TimeSpan afterTheTimeout = TimeSpan.FromSeconds(5); // for what listens to give up; less than a supervisor waits

    // A thread of its own from the start: that the pool has none left may be why nothing ends, or that somebody who is told of the end does not come back.
    public static void Promise(TimeSpan shutdownTimeout, CancellationToken stopping) => new Thread(() =>
    {
        stopping.WaitHandle.WaitOne();
        KillAfter(shutdownTimeout + afterTheTimeout);
    }) { IsBackground = true }.Start();

    private static void KillAfter(TimeSpan patience)
    {
        Thread.Sleep(patience);
        // Nor may whoever should read this keep it alive.
        var last = new Thread(() => Console.Error.WriteLine($"The process was asked to end {patience.TotalSeconds:N0} seconds ago and has not. It is killed; nothing is lost that was answered.")) { IsBackground = true };
        last.Start();
        last.Join(TimeSpan.FromSeconds(3));
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}
