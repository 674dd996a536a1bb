using System.Reflection;
using System.Text.Json;

namespace IntraMessenger.Shared.Options;

/// <summary>Responsible for the list of all options: what a policy set may say, and what a node may be told.</summary>
public static class OptionCatalogue
{
    /// <summary>Goes up when an option is added; a node says it when it asks for its settings.</summary>
    public const int Version = 2;

    private static readonly (string Section, Type Type)[] Sections =
    [
        ("accounts", typeof(AccountOptions)),
        ("contacts", typeof(ContactOptions)),
        ("sessions", typeof(SessionOptions)),
        ("messages", typeof(MessageOptions)),
        ("conferences", typeof(ConferenceOptions)),
        ("limits", typeof(LimitOptions)),
    ];

    /// <summary>Every option by its key, in the order of the keys.</summary>
    public static IReadOnlyDictionary<string, OptionDefinition> All { get; } = Read();

    /// <summary>What a set that says <paramref name="said"/> comes to: defaults where it is silent, only what <paramref name="version"/> knows.</summary>
    public static SortedDictionary<string, JsonElement> Compose(IReadOnlyDictionary<string, JsonElement> said, int version = Version) =>
        new(All.Values.Where(option => option.Since <= version)
            .ToDictionary(option => option.Key, option => said.TryGetValue(option.Key, out var value) ? value : option.Default), StringComparer.Ordinal);

    /// <summary>What is wrong with <paramref name="values"/>, by key. Unknown keys are wrong only where <paramref name="strict"/>.</summary>
    public static Dictionary<string, string[]> Errors(IEnumerable<KeyValuePair<string, JsonElement>> values, bool strict)
    {
        var errors = new Dictionary<string, string[]>();
        foreach (var (key, value) in values)
        {
            var why = All.TryGetValue(key, out var option) ? option.WhyNot(value) : strict ? "is not an option of the catalogue." : null;
            if (why is not null) errors[key] = [why];
        }

        return errors;
    }

    private static SortedDictionary<string, OptionDefinition> Read()
    {
        var all = new SortedDictionary<string, OptionDefinition>(StringComparer.Ordinal);
        foreach (var (section, type) in Sections)
        {
            var holder = Activator.CreateInstance(type)!;
            foreach (var property in type.GetProperties())
            {
                if (property.GetCustomAttribute<OptionAttribute>() is not { } declared) continue;
                var option = new OptionDefinition(section, property, declared, holder);
                all.Add(option.Key, option);
            }
        }

        return all;
    }
}
