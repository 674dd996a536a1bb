namespace IntraMessenger.Shared.Hosting;

/// <summary>Spreads what many would otherwise do at the same moment. Never used for secrets.</summary>
public static class Jitter
{
#pragma warning disable RS0030 // the one place for Random: spreading load needs no secrecy
    public static TimeSpan Between(TimeSpan least, TimeSpan most) => least + (most - least) * Random.Shared.NextDouble();
#pragma warning restore RS0030

    /// <summary><paramref name="about"/> give or take a fifth.</summary>
    public static TimeSpan About(TimeSpan about) => Between(about * 0.8, about * 1.2);
}
