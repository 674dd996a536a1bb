using System.Text.Json;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Signals;

/// <summary>Alice at the first node of a, Bob at the one of b, Carol at the second of a, each with a stream; Alice and Bob talk.</summary>
internal sealed class Talk : IAsyncDisposable
{
    /// <summary>More signals than may come meanwhile of something else: of people of other tests, who go offline after a while.</summary>
    public const int Others = 20;

    private const string Received = "intramessenger_signals_received_total";

    private readonly RunningCluster _cluster;
    private readonly List<EventReader> _readers = [];
    private int _sent;

    private Talk(RunningCluster cluster) => _cluster = cluster;

    public Person Alice { get; private set; } = null!;

    public Person Bob { get; private set; } = null!;

    public string Conversation { get; private set; } = "";

    /// <summary>Bob's stream.</summary>
    public EventReader AtBob => _readers[1];

    /// <summary>The texts that were answered, in the order of their numbers.</summary>
    public SortedDictionary<long, string> Acknowledged { get; } = [];

    public static async Task<Talk> BeginAsync(RunningCluster cluster)
    {
        var talk = new Talk(cluster);
        var people = await cluster.SignedInAsync(3, RunningCluster.At(cluster.A1), RunningCluster.At(cluster.B1), RunningCluster.At(cluster.A2));
        (talk.Alice, talk.Bob) = (people[0], people[1]);
        await talk.Alice.BefriendAsync(talk.Bob);
        talk.Conversation = await talk.Alice.ConversationWithAsync(talk.Bob);
        foreach (var person in people) talk._readers.Add(await person.ListenAsync());
        await talk.NothingUnderWayAsync(); // who came is told to every node: that is no message yet
        await talk.BySignalsAsync("before anything happens");
        await talk.EverythingArrivedAsync();
        await talk.NothingUnderWayAsync();
        return talk;
    }

    /// <summary>Comes back when messages reach Bob's node by signals.</summary>
    public Task BySignalsAsync(string when) => Eventually.HoldsAsync(async () =>
    {
        var before = await ReceivedAsync(_cluster.B1);
        await SayAsync();
        await Task.Delay(100);
        return await ReceivedAsync(_cluster.B1) > before;
    }, $"signals {when}", 40);

    public Task SayAsync() => SayAsync("text", null);

    /// <param name="text">A number comes after it.</param>
    /// <param name="refused">Called for each 503; it is then said again, as a client does. Null where none may come.</param>
    public async Task SayAsync(string text, Action? refused)
    {
        var (numbered, clientId) = ($"{text} {Interlocked.Increment(ref _sent)}", Guid.NewGuid());
        var reply = await Alice.SayAsync(Conversation, numbered, clientId);
        for (; refused is not null && reply.Status == 503; reply = await Alice.SayAsync(Conversation, numbered, clientId))
        {
            reply.RetryAfter.ShouldNotBeNull();
            refused();
            await Task.Delay(200);
        }

        if (reply.Status != 200 || refused is null) Person.Require(reply, 201); // 200: a try that was refused had been taken after all
        lock (Acknowledged) Acknowledged.Add(reply.Number("seq"), numbered);
    }

    /// <summary>Bob's stream has every message that was answered, once and in order.</summary>
    public async Task EverythingArrivedAsync()
    {
        await Eventually.HoldsAsync(() => Messages().Length >= Acknowledged.Count, "every message", 30, () => $"{Messages().Length} of {Acknowledged.Count} came");
        Messages().Select(data => (data.GetProperty("seq").GetInt64(), data.GetProperty("text").GetString()!)).ShouldBe(Acknowledged.Select(item => (item.Key, item.Value)));
    }

    public static async Task<double> ReceivedAsync(Member node) => (await Scrape.OfAsync(node.Management))[Received];

    public static async Task<double> SweptAsync(Member node) => (await Scrape.OfAsync(node.Management))["intramessenger_changes_swept_total"];

    public static async Task<double> LostAsync(Member node) => (await Scrape.OfAsync(node.Management))["intramessenger_signals_lost_total"];

    /// <summary>Bodies that came over HTTP.</summary>
    public static async Task<double> PostedAsync(Member node) =>
        (await Scrape.OfAsync(node.Management)).Sum("http_server_request_duration_seconds_count", ("http_route", "/cluster/v1/signals"));

    /// <summary>What the node shows of its signals.</summary>
    public static async Task<JsonElement> FactsAsync(Member node)
    {
        using var http = new HttpClient();
        using var health = JsonDocument.Parse(await http.GetStringAsync($"{node.Management}/health/ready"));
        return health.RootElement.GetProperty("facts").EnumerateArray().Single(facts => facts.TryGetProperty("signals", out _)).GetProperty("signals").Clone();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var reader in _readers) await reader.DisposeAsync();
    }

    /// <summary>Comes back when no node counts another signal for a while: what was told before is counted by then. Somebody who went away earlier may be told of later.</summary>
    private async Task NothingUnderWayAsync()
    {
        var (seen, looks) = (await CountsAsync(), 0);
        await Eventually.HoldsAsync(async () =>
        {
            await Task.Delay(200);
            var before = seen;
            seen = await CountsAsync();
            looks = seen.SequenceEqual(before) ? looks + 1 : 0;
            return looks == 4;
        }, "counts that stand still", 60, () => string.Join(", ", seen));

        Task<double[]> CountsAsync() => Task.WhenAll(_cluster.Local.Nodes.Select(ReceivedAsync));
    }

    private JsonElement[] Messages() => [.. AtBob.Events.Where(item => item.Type == "message").Select(item => item.Data)];
}
