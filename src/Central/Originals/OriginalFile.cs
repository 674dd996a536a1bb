using System.Text.Json;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Originals;

/// <summary>A value that was carried over, and the option of the original that says it.</summary>
internal sealed record CarriedOption(string Key, JsonElement Value, string Name);

/// <summary>An option of the file that could not be, and why.</summary>
internal sealed record LeftOption(string Name, string Why);

/// <summary>What an option file of the original comes to.</summary>
/// <param name="Silent">Options that are not carried over and say nothing, or nothing more than another one: so that nothing is missing.</param>
internal sealed record OriginalFile(IReadOnlyList<CarriedOption> Carried, IReadOnlyList<LeftOption> Left, IReadOnlyList<string> Silent)
{
    /// <summary>Throws <see cref="InvalidDataException"/> where the file cannot be read.</summary>
    public static OriginalFile Read(byte[] file)
    {
        var defines = PhpDefines.Read(file);
        var said = defines.Where(define => define.Value is not null).ToDictionary(define => define.Name, define => define.Value!);
        var (carried, left, silent) = (new List<CarriedOption>(), new List<LeftOption>(), new List<string>());
        left.AddRange(defines.Where(define => define.WhyNot is not null).Select(define => new LeftOption(define.Name, define.WhyNot!)));
        foreach (var option in OptionCatalogue.All.Values) Carry(option, said, carried, left, silent);
        var others = said.Keys.Except(OptionCatalogue.All.Values.SelectMany(option => option.Originals)).ToLookup(name => OriginalOption.Find(name) is not null && said[name] is "" or "0");
        left.AddRange(others[false].Select(name => new LeftOption(name, OriginalOption.Find(name)?.WhyNot ?? "is no option of the original")));
        return new(carried, [.. left.OrderBy(option => option.Name, StringComparer.Ordinal)], [.. others[true].Concat(silent).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Of several options of the original that became one, the first holds that says something.</summary>
    private static void Carry(OptionDefinition option, Dictionary<string, string> said, List<CarriedOption> carried, List<LeftOption> left, List<string> silent)
    {
        var names = option.Originals.Where(said.ContainsKey).OrderBy(name => said[name].Length == 0).ToArray();
        if (names.Length == 0) return;
        var (value, whyNot) = OriginalValues.Of(option, names[0], said);
        if (value is { } found) carried.Add(new(option.Key, found, names[0]));
        else left.Add(new(names[0], whyNot!));
        var others = names.Skip(1).ToLookup(name => said[name].Length == 0 || said[name] == said[names[0]]);
        left.AddRange(others[false].Select(name => new LeftOption(name, $"{option.Key} is what {names[0]} says")));
        silent.AddRange(others[true]);
    }
}
