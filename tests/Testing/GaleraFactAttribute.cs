using IntraMessenger.Launcher;
using Xunit;

namespace IntraMessenger.Testing;

/// <summary>A fact that needs Galera, and is skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GaleraFactAttribute : FactAttribute
{
    public GaleraFactAttribute() => Skip = PrivateGalera.WhyNot;
}
