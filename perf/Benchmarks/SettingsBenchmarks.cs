using System.Text.Json;
using BenchmarkDotNet.Attributes;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Benchmarks;

/// <summary>What every request asks the settings, as Central composed them: the own set's, and a home set's.</summary>
public class SettingsBenchmarks
{
    private const int HomeSet = 2;

    private readonly PeopleRules _rules = new();
    private readonly IOptionsMonitor<MessageOptions> _messages;

    public SettingsBenchmarks()
    {
        var options = OptionLayers.OfSet(new Dictionary<string, JsonElement>(), "", new Dictionary<string, JsonElement>()).Compose();
        var source = new SettingsConfiguration();
        source.Replace(options);
        var configuration = new ConfigurationBuilder().Add(source).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddOptions<MessageOptions>().BindConfiguration("messages").ValidateDataAnnotations();
        _messages = services.BuildServiceProvider().GetRequiredService<IOptionsMonitor<MessageOptions>>();

        var homes = new Dictionary<string, IReadOnlyDictionary<string, JsonElement>> { [HomeSet.ToString()] = options };
        _rules.Replace(new SettingsDocument("epoch", 1, new NodeIdentity(1, "node-a1"), new PolicySetIdentity(1, "a", "a"), options, homes, Convert.ToBase64String(new byte[32])), options);
    }

    [Benchmark]
    public int OwnSet() => _messages.CurrentValue.MaxLength;

    [Benchmark]
    public int OfAPerson() => _rules.Of("3,7").Options.Contacts.Max;

    [Benchmark]
    public bool HomeSetOfAnother() => _rules.AllowsOfflineMessages(HomeSet, "");
}
