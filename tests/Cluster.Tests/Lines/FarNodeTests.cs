using System.Net.Sockets;
using System.Text.Json;
using Dapper;
using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Launcher.Lines;
using IntraMessenger.Testing;
using Xunit.Abstractions;

namespace IntraMessenger.Cluster.Tests.Lines;

/// <summary>A regional node that reaches the store, control and the other nodes by a bad line only: 25 ms each way, one packet in a hundred lost.</summary>
[Collection(nameof(FaultCollection))]
public sealed class FarNodeTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("INTRAMESSENGER_TEST_ALL") is { Length: > 0 } ? 60 : 20);

    private BadLine? _line;
    private RunningCluster? _cluster;

    public async Task InitializeAsync()
    {
        if (BadLine.WhyNot is not null) return;
        _line = await BadLine.LayAsync(OneWay, loss: 0.01);
        _cluster = RunningCluster.With(options => options with { Far = new FarNodes(_line, ["node-b1"]) });
        await _cluster.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        if (_line is not null) await _line.DisposeAsync();
    }

    [LineFact]
    public async Task FarNode_HoldsItsLeaseAndDeliversInOrder_AlsoAfterTheLineWasCut()
    {
        var (line, cluster) = (_line!, _cluster!);
        (await RoundTripAsync(cluster.B1.Url)).ShouldBeGreaterThan(2 * OneWay, "or it is no bad line");

        // It became ready, so that it has its settings; what is changed now arrives too.
        using (var console = await cluster.Local.SignInToConsoleAsync()) await console.SaveAsync("b", "from afar", new Dictionary<string, object?> { ["messages.maxLength"] = 1_234 });
        await Eventually.HoldsAsync(async () => await MaxLengthAsync(cluster) == 1_234, "the changed setting at the far node", 40);

        var ann = (await cluster.SignedInAsync(1, RunningCluster.At(cluster.A1)))[0];
        var ben = (await cluster.SignedInAsync(1, RunningCluster.At(cluster.B1)))[0];
        await ann.BefriendAsync(ben);
        var conversation = await ann.ConversationWithAsync(ben);
        await using var anns = await ann.ListenAsync();
        await using var bens = await ben.ListenAsync();
        var lives = await LivesAsync();
        var waits = new List<double>();
        var said = new List<string>();
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Long) await SayAsync(said.Count % 2 == 0 ? ann : ben);

        (await LivesAsync()).ShouldBe(lives, "nobody lost a lease");
        line.Lost.ShouldBePositive();
        output.WriteLine($"{said.Count} messages; sent and answered p50 {At(0.5):0} ms, p99 {At(0.99):0} ms; {line.Passed} packets passed, {line.Lost} were lost");

        line.Cut();
        var passed = -1L;
        await Eventually.HoldsAsync(async () =>
        {
            var before = passed;
            await Task.Delay(TimeSpan.FromSeconds(0.3));
            return (passed = line.Passed) == before;
        }, "the end of what was under way");
        var lost = line.Lost;
        for (var i = 0; i < 5; i++) await SayAsync(ann);
        await Task.Delay(TimeSpan.FromSeconds(1)); // whoever waits for an answer repeats itself ever later, and a lease must not end by that: twice as long at the most
        line.Passed.ShouldBe(passed, "nothing comes through");
        line.Lost.ShouldBeGreaterThan(lost, "and it was tried");
        line.Mend();
        await SayAsync(ann);
        await SeesAsync(bens, "bens");
        await SayAsync(ben);
        await SeesAsync(anns, "anns");
        await SeesAsync(bens, "bens");
        (await LivesAsync()).ShouldBe(lives, "shorter than a lease");

        async Task SayAsync(Person who)
        {
            said.Add($"{said.Count + 1}");
            var at = TimeProvider.System.GetTimestamp();
            Person.Require(await who.SayAsync(conversation, said[^1]), 201);
            if (who == ben) waits.Add(TimeProvider.System.GetElapsedTime(at).TotalMilliseconds);
        }

        async Task SeesAsync(EventReader reader, string whose) =>
            await Eventually.HoldsAsync(() => Texts(reader).SequenceEqual(said), $"everything once and in order at {whose}", 30,
                () => string.Join(",", Texts(reader)));

        static IEnumerable<string?> Texts(EventReader reader) => reader.Events.Where(item => item.Type == "message").Select(item => item.Data.GetProperty("text").GetString());

        double At(double share) => waits.Order().ElementAt((int)(share * (waits.Count - 1)));

        Task<string> LivesAsync() => cluster.Store.RunAsync(async connection => JsonSerializer.Serialize(
            await connection.QueryAsync<long>("SELECT l.id FROM node_lives l, store_clock c WHERE l.expires_at > c.now ORDER BY l.id")));
    }

    private static async Task<TimeSpan> RoundTripAsync(string url)
    {
        using var client = new TcpClient();
        var started = TimeProvider.System.GetTimestamp();
        await client.ConnectAsync(new Uri(url).Host, new Uri(url).Port);
        return TimeProvider.System.GetElapsedTime(started);
    }

    internal static async Task<int> MaxLengthAsync(RunningCluster cluster)
    {
        using var http = new HttpClient();
        using var document = JsonDocument.Parse(await http.GetStringAsync($"{RunningCluster.At(cluster.B1)}/api/v1/options"));
        return document.RootElement.GetProperty("options").GetProperty("messages.maxLength").GetInt32();
    }
}
