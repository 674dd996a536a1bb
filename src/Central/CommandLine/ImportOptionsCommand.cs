using System.CommandLine;
using System.Text.Json;
using IntraMessenger.Central.Originals;
using IntraMessenger.Central.Schema;
using IntraMessenger.Central.Settings;

namespace IntraMessenger.Central.CommandLine;

/// <summary><c>import-options</c>: a policy set from an option file of the original.</summary>
internal static class ImportOptionsCommand
{
    private static readonly JsonSerializerOptions Indented = new(Shared.Hosting.Json.Options) { WriteIndented = true };

    public static Command Create(Option<string?> config)
    {
        var path = InputFile.Argument("The option file, such as config.inc.php. It is read, never executed.");
        var key = new Option<string>("--set") { Description = "The key of the policy set to make.", Required = true, HelpName = "KEY" };
        var from = new Option<string?>("--from") { Description = "The policy set whose values a new set has where the file says none.", HelpName = "KEY" };
        var update = new Option<bool>("--update") { Description = "Where the policy set exists: change it. Values that the file does not say stay." };
        var json = new Option<bool>("--json") { Description = "Tells what was done as JSON." };
        var saving = new SavingOptions();
        var import = new Command("import-options", "Makes a policy set from an option file of the original, and tells what could not be carried over and why.") { path, key, from, update, json };
        saving.AddTo(import);
        import.SetAction((parsed, _) => CommandRunner.RunAsync(parsed, config, async services =>
        {
            var file = OriginalFile.Read(InputFile.Read(parsed.GetRequiredValue(path), PhpDefines.MostBytes));
            await services.GetRequiredService<SchemaService>().PrepareAsync();
            var sheets = services.GetRequiredService<SheetBatchService>();
            var sets = (await sheets.AllAsync()).Where(found => found.Sheet.Id.Kind == SheetKind.Set).ToDictionary(found => found.Sheet.Name, found => found.Sheet.Content);
            var (set, source) = (parsed.GetRequiredValue(key), parsed.GetValue(from));
            if (sets.ContainsKey(set) && !parsed.GetValue(update)) return CommandRunner.Refuse(parsed, $"There is a policy set '{set}' already. Use --update to change it.", CommandRunner.NameExists);
            if (sets.ContainsKey(set) && source is not null) return CommandRunner.Refuse(parsed, "--from is for a new policy set, not together with one that exists.", CommandRunner.WrongInput);
            if (source is not null && !sets.ContainsKey(source)) return CommandRunner.Refuse(parsed, $"There is no policy set '{source}' to start from.", CommandRunner.WrongInput);

            var wish = new SheetWish(file.Carried.ToDictionary(option => option.Key, option => option.Value));
            var wanted = new WantedSheet(SheetKind.Set, set, null, parsed.GetValue(update) ? IfMatch.Whatever : IfMatch.Nothing, said => SheetChange.Apply(source is null ? said : sets[source], wish));
            var answer = await saving.SaveAsync(parsed, sheets, [wanted], $"Imported from {Path.GetFileName(parsed.GetRequiredValue(path))}");
            if (answer.Refusal is { } refusal) return CommandRunner.Refuse(parsed, refusal);
            if (parsed.GetValue(json)) parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(new { set, dryRun = saving.IsDryRun(parsed), file.Carried, file.Left, file.Silent }, Indented));
            else Tell(parsed.InvocationConfiguration.Output, set, file, saving.IsDryRun(parsed));
            return 0;
        }));
        return import;
    }

    private static void Tell(TextWriter output, string set, OriginalFile file, bool isDryRun)
    {
        output.WriteLine($"Policy set {set}{(isDryRun ? ", not saved (--dry-run)" : "")}. Carried over: {file.Carried.Count}");
        foreach (var option in file.Carried) output.WriteLine($"  {option.Key}: {option.Value.GetRawText()} ({option.Name})");
        output.WriteLine($"Not carried over: {file.Left.Count}");
        foreach (var option in file.Left) output.WriteLine($"  {option.Name}: {option.Why}.");
        output.WriteLine($"Nothing to carry over, empty or 0 or said by another one: {file.Silent.Count}");
        if (file.Silent.Count > 0) output.WriteLine($"  {string.Join(", ", file.Silent)}");
    }
}
