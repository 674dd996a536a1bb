using System.Globalization;

namespace IntraMessenger.Cluster.Tests.Observability;

/// <summary>From <paramref name="Least"/> to <paramref name="Most"/>.</summary>
internal sealed record Known(double Least, double Most)
{
    public static implicit operator Known(double exactly) => new(exactly, exactly);

    /// <summary>So many, or up to so many more.</summary>
    public static Known Count(double count, double more = 0) => new(count, count + more);

    public bool Holds(double value, double tolerance = 1) => value >= Least - 1e-6 && value <= Most * tolerance + 1e-6;

    public override string ToString() => Least == Most ? Least.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{Least:0.####} to {Most:0.####}");
}

/// <summary>When a query is asked.</summary>
/// <param name="Seconds">What <c>$__rate_interval</c> is: the time before that, in which everything was known.</param>
internal sealed record Moment(DateTimeOffset At, int Seconds)
{
    /// <summary>By how much a rate over this time may be too high: Prometheus goes on with the same pace before the first scrape in it and after the last.</summary>
    public double Extrapolation => Seconds / Math.Max(0.5, Seconds - 3 * PrometheusServer.SecondsBetweenScrapes);
}

/// <summary>What a query must answer.</summary>
/// <param name="IsRate">Per second: times the length of the moment it is what was counted.</param>
/// <param name="Series">By what Grafana calls it. Each must be there.</param>
/// <param name="Others">What series may have that are not named here; where null there must be none. NaN is the answer for a time without any request.</param>
internal sealed record Expectation(Moment Moment, bool IsRate, Dictionary<string, Known> Series, Known? Others = null)
{
    public void Judge(DashboardQuery query, IReadOnlyList<Series> answer)
    {
        var seen = string.Join(Environment.NewLine, answer.Select(series => $"  {query.NameOf(series)} = {Value(series).ToString(CultureInfo.InvariantCulture)}"));
        foreach (var (name, known) in Series)
        {
            var series = answer.Where(series => query.NameOf(series) == name).ToArray().ShouldHaveSingleItem($"{query.Panel} has no series '{name}', or several:\n{seen}");
            known.Holds(Value(series), IsRate ? Moment.Extrapolation : 1).ShouldBeTrue($"{query.Panel}: {name} must be {known}, and the answer was\n{seen}");
        }

        foreach (var series in answer.Where(series => !Series.ContainsKey(query.NameOf(series))))
            (Others?.Holds(Value(series), IsRate ? Moment.Extrapolation : 1) ?? false).ShouldBeTrue($"{query.Panel} has a series '{query.NameOf(series)}' that nobody expected, or with a value that nobody did:\n{seen}");
    }

    private double Value(Series series) => double.IsNaN(series.Value) ? 0 : IsRate ? series.Value * Moment.Seconds : series.Value;
}
