namespace IntraMessenger.Central.Tests.Infrastructure;

internal static class Eventually
{
    /// <summary>Asks again until it holds; fails after <paramref name="seconds"/>.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> holds, string what, double seconds = 10)
    {
        var until = DateTime.UtcNow.AddSeconds(seconds);
        while (!await holds())
        {
            if (DateTime.UtcNow > until) throw new ShouldAssertException($"{what} did not come about within {seconds} s.");
            await Task.Delay(25);
        }
    }
}
