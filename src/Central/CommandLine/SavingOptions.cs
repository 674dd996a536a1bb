using System.CommandLine;
using IntraMessenger.Central.Settings;

namespace IntraMessenger.Central.CommandLine;

/// <summary>Responsible for what the commands that save settings have in common: trying, the comment, the author, telling what changed.</summary>
internal sealed class SavingOptions
{
    private const int LongestAuthor = 64;

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Tells what would change and saves nothing." };
    private readonly Option<string?> _comment = new("--comment") { Description = "Why, for the history.", HelpName = "TEXT" };

    public void AddTo(Command command)
    {
        command.Add(_dryRun);
        command.Add(_comment);
    }

    public bool IsDryRun(ParseResult parsed) => parsed.GetValue(_dryRun);

    public Task<Shared.Hosting.Answer<IReadOnlyList<SheetDifference>>> SaveAsync(ParseResult parsed, SheetBatchService sheets, IReadOnlyList<WantedSheet> wanted, string comment)
    {
        var by = Author(parsed.GetValue(_comment) ?? comment);
        return IsDryRun(parsed) ? sheets.TryAsync(wanted, by.Comment) : sheets.SaveAsync(wanted, by);
    }

    public static void Tell(TextWriter output, IReadOnlyList<SheetDifference> differences)
    {
        foreach (var sheet in differences)
        {
            output.WriteLine(sheet.IsNew ? $"{sheet.Title} (new)" : sheet.Title);
            foreach (var line in SheetChange.Lines(sheet.Changes)) output.WriteLine(line);
        }
    }

    private static SavedBy Author(string comment)
    {
        var author = $"cli:{Environment.UserName}";
        return new(author[..Math.Min(author.Length, LongestAuthor)], comment);
    }
}
