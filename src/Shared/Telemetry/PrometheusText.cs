using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>
/// Responsible for the text format of Prometheus, 0.0.4, with the names that OpenTelemetry's specification gives: units and <c>_total</c>
/// as suffixes, everything but letters, digits and <c>_</c> replaced.
/// </summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _families = [];

    /// <summary>What the program is, as labels of a gauge that is always 1.</summary>
    public PrometheusText AddTarget(IEnumerable<KeyValuePair<string, object>> attributes)
    {
        Head("target_info", "gauge", "What this program is.");
        Sample("target_info", attributes.Select(attribute => new KeyValuePair<string, object?>(attribute.Key, attribute.Value)), 1);
        return this;
    }

    /// <summary>A second family of the same name would make the whole answer unreadable: it is left out.</summary>
    public PrometheusText Add(Metric metric)
    {
        var (type, suffix) = metric.MetricType switch
        {
            MetricType.LongSum or MetricType.DoubleSum => ("counter", "_total"),
            MetricType.Histogram => ("histogram", ""),
            MetricType.ExponentialHistogram => ("", ""), // none of ours; the format has no place for it
            _ => ("gauge", ""),
        };
        var name = Name(metric.Name, metric.Unit, type) + suffix;
        if (type.Length == 0 || !_families.Add(name)) return this;

        Head(name, type, metric.Description);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var tags = Labels(point.Tags);
            if (type == "histogram") AddHistogram(name, tags, point);
            else Sample(name, tags, Value(metric.MetricType, point));
        }

        return this;
    }

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(_text.ToString());

    /// <summary>Without <c>_total</c>.</summary>
    internal static string Name(string name, string unit, string type)
    {
        var clean = Clean(name, allowColon: true);
        if (type == "counter" && clean.EndsWith("_total", StringComparison.Ordinal)) clean = clean[..^"_total".Length];
        var suffix = unit == "1" && type != "gauge" ? "" : UnitSuffix(unit);
        return suffix.Length == 0 || clean.EndsWith("_" + suffix, StringComparison.Ordinal) ? clean : $"{clean}_{suffix}";
    }

    // Braces hold a word for people, which is no unit: {message}, By/{request}.
    private static string UnitSuffix(string unit)
    {
        var parts = unit.Split('/', 2);
        var first = Unit(parts[0]);
        var per = parts.Length > 1 ? Unit(parts[1]).TrimEnd('s') : "";
        return per.Length == 0 ? first : first.Length == 0 ? $"per_{per}" : $"{first}_per_{per}";
    }

    private static string Unit(string unit) => unit switch
    {
        "" => "",
        ['{', ..] => "",
        "1" => "ratio",
        "%" => "percent",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "min" => "minutes",
        "h" => "hours",
        "d" => "days",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        _ => Clean(unit, allowColon: false).Trim('_'),
    };

    private static string Clean(string name, bool allowColon)
    {
        var clean = new StringBuilder(name.Length + 1);
        if (name.Length > 0 && char.IsAsciiDigit(name[0])) clean.Append('_');
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c) || c == ':' && allowColon) clean.Append(c);
            else if (clean.Length == 0 || clean[^1] != '_') clean.Append('_');
        }

        return clean.ToString();
    }

    private static List<KeyValuePair<string, object?>> Labels(ReadOnlyTagCollection tags)
    {
        var labels = new List<KeyValuePair<string, object?>>(tags.Count);
        foreach (var tag in tags) labels.Add(tag);
        return labels;
    }

    private static double Value(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        _ => point.GetGaugeLastValueDouble(),
    };

    private void AddHistogram(string name, List<KeyValuePair<string, object?>> tags, in MetricPoint point)
    {
        var upTo = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            upTo += bucket.BucketCount;
            Sample(name + "_bucket", tags.Append(new("le", Number(bucket.ExplicitBound))), upTo);
        }

        Sample(name + "_sum", tags, point.GetHistogramSum());
        Sample(name + "_count", tags, upTo);
    }

    private void Head(string name, string type, string description)
    {
        if (description.Length > 0) _text.Append($"# HELP {name} {description.Replace("\\", "\\\\").Replace("\n", "\\n")}\n");
        _text.Append($"# TYPE {name} {type}\n");
    }

    private void Sample(string name, IEnumerable<KeyValuePair<string, object?>> tags, double value)
    {
        _text.Append(name);
        var seen = new HashSet<string>();
        foreach (var (key, text) in tags)
        {
            var label = Clean(key, allowColon: false);
            if (!seen.Add(label)) continue; // two keys that differ in a replaced character only: a label must not come twice
            _text.Append(seen.Count == 1 ? '{' : ',').Append(label).Append("=\"").Append(Escaped(text)).Append('"');
        }

        if (seen.Count > 0) _text.Append('}');
        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Escaped(object? value)
    {
        var text = value is bool truth ? truth ? "true" : "false" : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
