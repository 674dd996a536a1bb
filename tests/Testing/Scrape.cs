using System.Globalization;
using System.Text.RegularExpressions;
using Shouldly;

namespace IntraMessenger.Testing;

/// <summary>One answer of <c>/metrics</c>, read as strictly as Prometheus reads it.</summary>
public sealed partial class Scrape
{
    private readonly List<(string Name, Dictionary<string, string> Labels, double Value)> _samples = [];

    private Scrape(string text)
    {
        Text = text;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'))
        {
            var match = Sample().Match(line);
            match.Success.ShouldBeTrue(line);
            var labels = Label().Matches(match.Groups["labels"].Value).ToDictionary(label => label.Groups[1].Value, label => label.Groups[2].Value);
            _samples.Add((match.Groups["name"].Value, labels, Number(match.Groups["value"].Value)));
        }
    }

    public string Text { get; }

    public static async Task<Scrape> OfAsync(string management)
    {
        using var http = new HttpClient();
        return await OfAsync(management, http);
    }

    /// <param name="http">Somebody whom the program may be shown to.</param>
    public static async Task<Scrape> OfAsync(string management, HttpClient http)
    {
        using var answer = await http.GetAsync(management + "/metrics");
        ((int)answer.StatusCode).ShouldBe(200);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        return new Scrape(await answer.Content.ReadAsStringAsync());
    }

    public bool Has(string name) => _samples.Exists(sample => sample.Name == name);

    /// <summary>Of the series with these labels; 0 where there is none.</summary>
    public double Sum(string name, params (string Key, string Value)[] labels) => Of(name, labels).Sum(sample => sample.Value);

    /// <summary>Of the only series with these labels.</summary>
    public double this[string name, params (string Key, string Value)[] labels] => Of(name, labels).ShouldHaveSingleItem($"{name} in{Environment.NewLine}{Text}").Value;

    private (string Name, Dictionary<string, string> Labels, double Value)[] Of(string name, (string Key, string Value)[] labels) =>
        [.. _samples.Where(sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Key) == label.Value))];

    private static double Number(string text) =>
        text switch { "+Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, _ => double.Parse(text, CultureInfo.InvariantCulture) };

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\[\\"n])*",?)*)\})? (?<value>\S+)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)",?""")]
    private static partial Regex Label();
}
