using System.Diagnostics;

namespace IntraMessenger.Node.Tests.Driver;

/// <summary>Waits for what has to come, no longer than a deadline.</summary>
internal static class Eventually
{
    public static async Task IsAsync(Func<Task<bool>> condition, string what, double seconds = 15)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started).TotalSeconds > seconds) throw new TimeoutException($"After {seconds} s still not: {what}.");
            await Task.Delay(25);
        }
    }
}
