using System.Text.Json;
using System.Text.Json.Nodes;
using IntraMessenger.Launcher.Clusters;

namespace IntraMessenger.Browser.Tests.Support;

/// <summary>What the local file of a node says of options, until this is disposed.</summary>
internal sealed class OwnOptions : IAsyncDisposable
{
    private readonly Member _node;
    private readonly string _before;

    private OwnOptions(Member node, string before) => (_node, _before) = (node, before);

    public static async Task<OwnOptions> OfAsync(Member node, params (string Key, object Value)[] options)
    {
        var before = await File.ReadAllTextAsync(node.LocalFile);
        var file = JsonNode.Parse(before)!;
        file["options"] = JsonSerializer.SerializeToNode(options.ToDictionary(option => option.Key, option => option.Value));
        await File.WriteAllTextAsync(node.LocalFile, file.ToJsonString());
        var said = new OwnOptions(node, before);
        await node.RestartAsync();
        return said;
    }

    public async ValueTask DisposeAsync()
    {
        await File.WriteAllTextAsync(_node.LocalFile, _before);
        await _node.RestartAsync();
    }
}
