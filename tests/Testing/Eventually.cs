using Shouldly;

namespace IntraMessenger.Testing;

/// <summary>Waits for what must come about, instead of for a time.</summary>
public static class Eventually
{
    public static Task HoldsAsync(Func<bool> holds, string what, double seconds = 30, Func<string>? seen = null) =>
        HoldsAsync(() => Task.FromResult(holds()), what, seconds, seen);

    /// <summary>Asks again until it holds; fails after <paramref name="seconds"/> with <paramref name="what"/> was waited for and was <paramref name="seen"/>.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> holds, string what, double seconds = 30, Func<string>? seen = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(started).TotalSeconds > seconds)
                throw new ShouldAssertException($"{what} did not come about within {seconds} s. {seen?.Invoke()}");
            await Task.Delay(25);
        }
    }
}
