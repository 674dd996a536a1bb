using System.Diagnostics;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>Responsible for where the product's own spans come from. While nobody listens nothing is made.</summary>
public static class Tracing
{
    public const string SourceName = "IntraMessenger";

    public static readonly ActivitySource Source = new(SourceName);

    /// <summary>
    /// Null where it is not traced. Below <paramref name="parent"/>; else, where there are <paramref name="links"/>, below nothing but the
    /// current span, if any.
    /// </summary>
    public static Activity? Start(
        this ActivitySource source, string name, ActivityKind kind, ICommonTags tags, ActivityContext parent = default, IReadOnlyList<ActivityContext>? links = null, DateTimeOffset from = default)
    {
        var span = source.StartActivity(name, kind, parent, null, links?.Select(link => new ActivityLink(link)), from);
        foreach (var (key, value) in span is null ? [] : tags.Tags) span!.SetTag(key, value);
        return span;
    }

    internal static readonly string[] Sources = [SourceName, "Microsoft.AspNetCore", "System.Net.Http", "Yarp.ReverseProxy"];
}
