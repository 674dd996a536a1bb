namespace IntraMessenger.Testing;

/// <summary>Waits for what must come true, instead of for a time.</summary>
public static class Eventually
{
    public static Task TrueAsync(Func<bool> condition, double seconds = 10, Func<string>? otherwise = null) =>
        TrueAsync(() => Task.FromResult(condition()), seconds, otherwise);

    public static async Task TrueAsync(Func<Task<bool>> condition, double seconds = 10, Func<string>? otherwise = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started).TotalSeconds > seconds)
                throw new TimeoutException(otherwise?.Invoke() ?? $"It did not come true within {seconds} s.");
            await Task.Delay(20);
        }
    }
}
