namespace IntraMessenger.Central.Originals;

/// <summary>What became of an option of the original, as docs/legacy-options.md says.</summary>
/// <param name="Decision"><c>key</c>, <c>later</c>, <c>feature</c> or <c>gone</c>.</param>
/// <param name="Target">The key or the feature.</param>
internal sealed record OriginalOption(string Name, string Decision, string Target, string Why)
{
    public const string Key = "key";

    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<OriginalOption> All { get; } = [.. Rows()];

    private static readonly Dictionary<string, OriginalOption> ByName = All.ToDictionary(option => option.Name);

    public static OriginalOption? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Why it cannot be carried over.</summary>
    public string WhyNot => Decision switch
    {
        "later" => $"arrives later, with {Target}: {Why}",
        "feature" => $"is no option any more ({Target}): {Why}",
        _ => $"is gone: {Why}",
    };

    private static IEnumerable<OriginalOption> Rows()
    {
        using var page = new StreamReader(typeof(OriginalOption).Assembly.GetManifestResourceStream("legacy-options.md")!);
        foreach (var line in page.ReadToEnd().Split('\n').Where(line => line.StartsWith("| _", StringComparison.Ordinal)))
        {
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            yield return new(cells[1], cells[2], cells[3].Trim('`'), cells[4]);
        }
    }
}
