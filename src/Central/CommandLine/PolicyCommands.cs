using System.CommandLine;
using System.Text;
using IntraMessenger.Central.Schema;
using IntraMessenger.Central.Settings;
using IntraMessenger.Central.SettingsFiles;

namespace IntraMessenger.Central.CommandLine;

/// <summary><c>policy export</c>, <c>import</c> and <c>diff</c>: settings as a file, so that they can live in git.</summary>
internal static class PolicyCommands
{
    private const int Differs = 1;

    public static Command Create(Option<string?> config) =>
        new("policy", "Defaults of the cluster, policy sets and roles as a YAML file.") { Export(config), Import(config), Diff(config) };

    private static Command Export(Option<string?> config)
    {
        var keys = new Option<string[]>("--set") { Description = "This policy set alone; may be said several times. Without it: everything.", HelpName = "KEY" };
        var path = new Argument<string?>("FILE") { Description = "Where to write; standard output unless said.", Arity = ArgumentArity.ZeroOrOne };
        var export = new Command("export", "Writes the settings as YAML.") { keys, path };
        export.SetAction((parsed, _) => CommandRunner.RunAsync(parsed, config, async services =>
        {
            var sheets = await AllAsync(services);
            var wanted = parsed.GetValue(keys) ?? [];
            if (wanted.Except(sheets.Where(IsSet).Select(found => found.Sheet.Name)).FirstOrDefault() is { } unknown) return CommandRunner.Refuse(parsed, $"There is no policy set '{unknown}'.", CommandRunner.WrongInput);
            var text = SettingsYamlWriter.Write(SettingsFile.Of([.. sheets.Where(found => wanted.Length == 0 || IsSet(found) && wanted.Contains(found.Sheet.Name))]));
            if (parsed.GetValue(path) is { } file) await WriteAsync(file, text);
            else await parsed.InvocationConfiguration.Output.WriteAsync(text);
            return 0;
        }));
        return export;
    }

    private static Command Import(Option<string?> config)
    {
        var path = InputFile.Argument("A file as 'policy export' writes it, or a part of one.");
        var force = new Option<bool>("--force") { Description = "Also over what was saved since the file was made, or where it does not say what it was made from." };
        var saving = new SavingOptions();
        var import = new Command("import", "Makes the settings what the file says: all of it or nothing. What the file does not name stays. It is refused, with what others changed, where "
            + "something that it would change is at another version than the one under 'madeFrom' in the file; what exists and is not named there needs --force. Exit code 4: so refused.") { path, force };
        saving.AddTo(import);
        import.SetAction((parsed, _) => CommandRunner.RunAsync(parsed, config, async services =>
        {
            var name = parsed.GetRequiredValue(path);
            var file = Read(name);
            var before = await AllAsync(services);
            var answer = await saving.SaveAsync(parsed, services.GetRequiredService<SheetBatchService>(), file.Wanted(parsed.GetValue(force)), $"Imported from {Path.GetFileName(name)}");
            if (answer.Refusal is { } refusal)
            {
                var code = CommandRunner.Refuse(parsed, refusal);
                return code == CommandRunner.ChangedMeanwhile ? CommandRunner.Refuse(parsed, "Nothing was saved. Export again and repeat your change, or use --force.", code) : code;
            }

            var output = parsed.InvocationConfiguration.Output;
            SavingOptions.Tell(output, answer.Value!);
            output.WriteLine(answer.Value!.Count == 0 ? "Nothing differs; nothing was saved." : saving.IsDryRun(parsed) ? "Nothing was saved: --dry-run." : "Saved.");
            TellOthers(output, file, before);
            return 0;
        }));
        return import;
    }

    private static Command Diff(Option<string?> config)
    {
        var path = InputFile.Argument("A file as 'policy export' writes it, or a part of one.");
        var diff = new Command("diff", "Tells what an import of the file would change. Exit code 0: nothing, 1: something, 2: it cannot be told.") { path };
        diff.SetAction((parsed, _) => CommandRunner.RunAsync(parsed, config, async services =>
        {
            var file = Read(parsed.GetRequiredValue(path));
            var sheets = await AllAsync(services);
            var answer = await services.GetRequiredService<SheetBatchService>().TryAsync(file.Wanted(force: true), "");
            if (answer.Refusal is { } refusal) return CommandRunner.Refuse(parsed, refusal);
            SavingOptions.Tell(parsed.InvocationConfiguration.Output, answer.Value!);
            TellOthers(parsed.InvocationConfiguration.Output, file, sheets);
            return answer.Value!.Count > 0 ? Differs : 0;
        }, storeAway: CommandRunner.WrongInput));
        return diff;
    }

    // It may have the registration code in it.
    private static async Task WriteAsync(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new StreamWriter(path, options);
        await file.WriteAsync(text);
    }

    private static SettingsFile Read(string path) => SettingsYaml.Read(Encoding.UTF8.GetString(InputFile.Read(path, SettingsYaml.MostBytes)));

    private static async Task<IReadOnlyList<VersionedSheet>> AllAsync(IServiceProvider services)
    {
        await services.GetRequiredService<SchemaService>().PrepareAsync();
        return await services.GetRequiredService<SheetBatchService>().AllAsync();
    }

    private static bool IsSet(VersionedSheet found) => found.Sheet.Id.Kind == SheetKind.Set;

    private static void TellOthers(TextWriter output, SettingsFile file, IReadOnlyList<VersionedSheet> sheets)
    {
        var named = file.Wanted(force: true).Select(wanted => SheetBatch.TitleOf(wanted.Kind, wanted.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var others = sheets.Select(found => SheetBatch.TitleOf(found.Sheet.Id.Kind, found.Sheet.Name)).Where(title => !named.Contains(title)).Order(StringComparer.Ordinal).ToArray();
        if (others.Length > 0) output.WriteLine($"Not in the file, left as they are: {string.Join(", ", others)}.");
    }
}
