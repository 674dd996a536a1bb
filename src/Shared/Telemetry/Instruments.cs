using System.Diagnostics.Metrics;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>The measurements of one feature, one method a fact. All are made at the start, so that what is only observed is there too.</summary>
public interface IMetrics;

/// <summary>What every measurement of this program carries, such as the policy set of a node. Empty where nothing, or not known yet.</summary>
public interface ICommonTags
{
    KeyValuePair<string, object?>[] Tags { get; }
}

/// <summary>
/// A counter that costs one interlocked addition. Unlike the framework's it shows 0 before anything was counted: a series that appears
/// with its first value has no increase, so that the first messages of a program would be missing in every rate.
/// </summary>
public sealed class Tally
{
    private long _value;

    internal Tally()
    {
    }

    public long Value => Interlocked.Read(ref _value);

    public void Add(long count = 1) => Interlocked.Add(ref _value, count);
}

/// <summary>Responsible for how the product makes its instruments.</summary>
public static class Instruments
{
    public const string MeterName = "IntraMessenger";

    public static Meter CreateMeter(this IMeterFactory factory) => factory.Create(MeterName);

    public static Tally CreateTally(this Meter meter, string name, string unit, string description, ICommonTags? tags, params KeyValuePair<string, object?>[] own)
    {
        var tally = new Tally();
        meter.CreateObservableCounter(name, () => new Measurement<long>(tally.Value, [.. tags?.Tags ?? [], .. own]), unit, description);
        return tally;
    }

    /// <summary>One value; nothing is shown where <paramref name="observe"/> answers null.</summary>
    public static void CreateGauge(this Meter meter, string name, string? unit, string description, ICommonTags? tags, Func<double?> observe) =>
        meter.CreateObservableGauge(name, () => observe() is { } value ? [new Measurement<double>(value, tags?.Tags ?? [])] : Array.Empty<Measurement<double>>(), unit, description);

    /// <summary>In seconds, with buckets up to <paramref name="bounds"/>.</summary>
    public static Histogram<double> CreateDurations(this Meter meter, string name, string description, double[] bounds) =>
        meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
