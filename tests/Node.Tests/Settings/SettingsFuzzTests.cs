using System.Text;
using System.Text.Json;
using IntraMessenger.Launcher;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Node.Tests.Settings;

/// <summary>A control that sends ten thousand mutated documents, one after the other: each is taken or refused whole, and the node lives on.</summary>
public sealed class SettingsFuzzTests : IAsyncLifetime
{
    private const int Documents = 10_000;
    private const int Seed = 20_261;

    private readonly string _url = $"http://127.0.0.1:{FreePort.Next()}";
    private readonly TaskCompletionSource _all = new();
    private readonly Random _random = new(Seed);
    private TestCluster _cluster = null!;
    private byte[] _good = [];
    private int _sent;
    private WebApplication _control = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(_url);
        _control = builder.Build();
        _control.MapGet(ClusterRoutes.Settings, SendAsync);
        _control.MapFallback(() => Results.NoContent());
        await _control.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _control.DisposeAsync();
    }

    [Fact]
    public async Task Documents_ThatWereMutated_NeverPutAWrongValueInForce()
    {
        _good = JsonSerializer.SerializeToUtf8Bytes(_cluster.Settings("node", 1, "a", ("contacts.max", 5)) with
        {
            Roles = [new RoleOptions(1, "role", 1, true, new Dictionary<string, JsonElement> { ["contacts.max"] = JsonSerializer.SerializeToElement(7) })],
            Locked = ["limits.signInsPerMinute"],
        }, Json.Options);
        var node = await _cluster.StartNodeAsync(new NodeSetup("a") { Control = _url });
        await _all.Task.WaitAsync(TimeSpan.FromMinutes(5));

        var agent = node.Services.GetRequiredService<SettingsAgent>();
        var etag = DocumentTag.Of(_good);
        await Eventually.HoldsAsync(() => agent.Current?.ETag == etag && agent.Refused is null, "the good document after all of them is in force");
        (await (await node.SignUpAsync("alice")).GetAsync("/me")).Is(200);
        _taken.ShouldBeGreaterThan(Documents / 100, "some mutations do no harm");
        _wrong.ShouldBeNull();
        _refused.ShouldBeGreaterThan(Documents / 10, "most do");
    }

    private string? _wrong;
    private int _taken;
    private int _refused;

    // The node asks for the next one as soon as it has judged the last.
    private async Task SendAsync(HttpContext context)
    {
        Judge();
        var number = Interlocked.Increment(ref _sent);
        if (number > Documents)
        {
            _all.TrySetResult();
            if (context.Request.Headers.IfNoneMatch == DocumentTag.Of(_good))
            {
                await Task.Delay(500);
                context.Response.StatusCode = 304;
                return;
            }
        }

        var content = number > Documents ? _good : Mutated();
        context.Response.Headers.ETag = DocumentTag.Of(content);
        await context.Response.Body.WriteAsync(content);
    }

    private void Judge()
    {
        if (_cluster.Nodes is not [var node, ..]) return;
        var agent = node.Services.GetRequiredService<SettingsAgent>();
        if (agent.Refused is null) _taken++;
        else _refused++;
        foreach (var (key, value) in agent.Report.Effective)
        {
            if (OptionCatalogue.All[key].WhyNot(value) is { } why) _wrong = $"After document {_sent}: {key} {why}";
        }
    }

    // Bytes, tokens and members: each document is one of them several times over.
    private byte[] Mutated()
    {
        var content = _good.ToArray();
        switch (_random.Next(5))
        {
            case 0:
                for (var i = _random.Next(1, 4); i > 0; i--) content[_random.Next(content.Length)] = (byte)_random.Next(256);
                return content;
            case 1:
                return content[.._random.Next(content.Length)];
            default:
                var text = Encoding.UTF8.GetString(content);
                for (var i = _random.Next(1, 3); i > 0; i--) text = WithAnother(text);
                return Encoding.UTF8.GetBytes(text);
        }
    }

    private string WithAnother(string text)
    {
        string[] values = ["null", "-1", "1e400", "99999999999999999999", "true", "\"\"", "\"\\ud800\"", "[]", "[null]", "{}", "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]", "\"/../\"", "12"];
        var starts = Enumerable.Range(0, text.Length).Where(at => text[at] == ':' && at + 1 < text.Length).ToArray();
        var start = starts[_random.Next(starts.Length)] + 1;
        var end = text.IndexOfAny([',', '}', ']'], start);
        return end < 0 ? text : text[..start] + values[_random.Next(values.Length)] + text[end..];
    }
}
