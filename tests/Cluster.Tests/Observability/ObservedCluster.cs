using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Dapper;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Shared.Store;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Observability;

/// <summary>
/// A cluster with a Prometheus, and a minute in which everything that the dashboard shows happens, a known number of times. Each moment is
/// just after something, and its seconds reach back to just before it.
/// </summary>
public sealed class ObservedCluster : IAsyncLifetime
{
    public const int FromAnn = 80;
    public const int FromCarlToDora = 33;
    public const int FromCarlToEve = 7;
    public const int TooManyContacts = 4;
    public const int WrongPasswords = 3;
    public const int Blocked = 3;
    public const int Journaled = 5;
    public const int AfterTheKill = 6;
    public const int Late = 7;
    public const int Unanswered = 5;
    public const int HeldUp = 4;

    private readonly RunningCluster _cluster;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("im-prometheus-");
    private readonly List<EventReader> _readers = [];
    private readonly ConcurrentBag<double> _sends = [];
    private Person _ann = null!, _carl = null!;
    private string _toBen = "", _toDora = "", _toEve = "";

    public ObservedCluster()
    {
        Prometheus = new PrometheusServer(_folder.FullName);
        var (certificate, key) = new TestAuthority().Write(_folder.FullName, "127.0.0.1");
        _cluster = RunningCluster.With(new Dictionary<string, string> { ["INTRAMESSENGER_tls__certificate"] = certificate, ["INTRAMESSENGER_tls__key"] = key }); // which nobody is shown: ports are http
    }

    internal PrometheusServer Prometheus { get; }

    internal LocalCluster Local => _cluster.Local;

    /// <summary>After the messages and the refusals.</summary>
    internal Moment Talked { get; private set; } = null!;

    /// <summary>While the database held some changes up.</summary>
    internal Moment Held { get; private set; } = null!;

    /// <summary>After it had closed their connections, and they were repeated.</summary>
    internal Moment Repeated { get; private set; } = null!;

    /// <summary>While a node stood still and a setting was saved.</summary>
    internal Moment Refused { get; private set; } = null!;

    /// <summary>While many passwords were checked.</summary>
    internal Moment Crowded { get; private set; } = null!;

    /// <summary>After changes that no signal told.</summary>
    internal Moment Swept { get; private set; } = null!;

    /// <summary>After the node of <c>b</c> was killed.</summary>
    internal Moment Killed { get; private set; } = null!;

    /// <summary>The node of <c>a</c> that holds Ann's session, and the other one.</summary>
    internal Member AnnsNode { get; private set; } = null!;

    internal Member OtherNode { get; private set; } = null!;

    /// <summary>The settings of <c>a</c> were saved once more than those of <c>b</c>.</summary>
    internal long RevisionOfA { get; private set; }

    internal long RevisionOfB { get; private set; }

    /// <summary>What the sends took while people talked, in seconds, as their clients saw it: the last <see cref="HeldUp"/> were held up.</summary>
    internal double[] Sends { get; private set; } = [];

    /// <summary>Processor seconds of each member while people talked, and the memory that it had after it, as the kernel says.</summary>
    internal Dictionary<string, (double Processor, double Memory)> Used { get; } = [];

    /// <summary>What <c>/metrics</c> of all programs answered at the end.</summary>
    internal IReadOnlyList<Scrape> Scrapes { get; private set; } = [];

    public async Task InitializeAsync()
    {
        await _cluster.InitializeAsync();
        await SaveAsync("a", "limits.requestsPerSecond", 0);
        await Prometheus.StartAsync(Local);
        await PrepareAsync();
        Talked = await DuringAsync(TalkAsync);
        Crowded = await UntilShownAsync("intramessenger_passwords_waiting{instance='node-b1'}", new Known(1, 40), CrowdAsync);
        await BlockAsync();
        Refused = await RefuseAsync();
        Swept = await DuringAsync(JournalAsync);
        Scrapes = await Task.WhenAll(Local.Members.Select(member => Scrape.OfAsync(member.Management)));
        await KillAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var reader in _readers) await reader.DisposeAsync();
        await Prometheus.DisposeAsync();
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Everybody is connected, every kind of request and refusal has been seen once: a series has no pace before its second sample.</summary>
    private async Task PrepareAsync()
    {
        _ann = (await _cluster.SignedInAsync(1, _cluster.Gateway("a")))[0];
        var ofB = await _cluster.SignedInAsync(4, _cluster.Gateway("b"));
        _carl = ofB[1];
        var (ben, dora, eve) = (ofB[0], ofB[2], ofB[3]);
        await _ann.BefriendAsync(ben);
        await _carl.BefriendAsync(dora);
        await _carl.BefriendAsync(eve);
        (_toBen, _toDora, _toEve) = (await _ann.ConversationWithAsync(ben), await _carl.ConversationWithAsync(dora), await _carl.ConversationWithAsync(eve));

        foreach (var person in new[] { _ann, ben, _carl, dora }) _readers.Add(await person.ListenAsync());
        await (await eve.ListenAsync()).DisposeAsync(); // away for a moment: her messages wait
        foreach (var (who, conversation) in new[] { (_ann, _toBen), (_carl, _toDora) }) Person.Require(await who.SayAsync(conversation, "first"), 201);
        AnnsNode = await _cluster.HolderAsync(_ann.Id);
        OtherNode = AnnsNode == _cluster.A1 ? _cluster.A2 : _cluster.A1;

        // Ann's three contacts: Ben and two more. A fourth is too many. Wrong passwords go to both nodes of a.
        foreach (var stranger in await _cluster.PeopleAsync(2, _cluster.Gateway("a"))) Person.Require(await _ann.PostAsync("contacts", new { username = stranger.Name }), 201);
        await AskTooManyAsync(1);
        foreach (var node in new[] { _cluster.A1, _cluster.A2, _cluster.B1 }) await SignInWronglyAsync(node, 1);
        await _cluster.SignedInAsync(1, RunningCluster.At(_cluster.A1));
        await _cluster.SignedInAsync(1, RunningCluster.At(_cluster.A2));
    }

    private async Task TalkAsync()
    {
        var before = Local.Members.ToDictionary(member => member.Name, ProcessorSeconds);
        await Task.WhenAll(
            EveryAsync(TimeSpan.FromSeconds(10d / FromAnn), FromAnn, () => SayAsync(_ann, _toBen)),
            EveryAsync(TimeSpan.FromSeconds(10d / (FromCarlToDora + FromCarlToEve)), FromCarlToDora + FromCarlToEve, number => SayAsync(_carl, number < FromCarlToEve ? _toEve : _toDora)),
            AskTooManyAsync(TooManyContacts),
            SignInWronglyAsync(_cluster.A1, WrongPasswords),
            HoldUpAsync(HeldUp));
        Sends = [.. _sends.Order()];
        foreach (var member in Local.Members) Used[member.Name] = (ProcessorSeconds(member) - before[member.Name], MemoryOf(member));
    }

    private async Task SayAsync(Person who, string conversation)
    {
        var sent = TimeProvider.System.GetTimestamp();
        Person.Require(await who.SayAsync(conversation, "a message"), 201);
        _sends.Add(TimeProvider.System.GetElapsedTime(sent).TotalSeconds);
    }

    /// <summary>So often the store locks Ann's conversation, and one of her sends takes more than a second: p50 and p99 are far apart, however fast this machine is.</summary>
    private async Task HoldUpAsync(int times)
    {
        await using var connections = StoreFixture.Connect(Local.ConnectionString);
        var connection = await connections.TakeAsync();
        for (var time = 0; time < times; time++)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.5));
            await connection.ExecuteAsync("START TRANSACTION; SELECT last_seq INTO @seq FROM conversations WHERE id = @id FOR UPDATE; DO SLEEP(1.5); ROLLBACK", new { id = long.Parse(_toBen, CultureInfo.InvariantCulture) });
        }

        connections.GiveBack(connection, healthy: true);
    }

    private async Task AskTooManyAsync(int times)
    {
        foreach (var stranger in await _cluster.PeopleAsync(times, _cluster.Gateway("a"))) Person.Require(await _ann.PostAsync("contacts", new { username = stranger.Name }), 409);
    }

    private async Task SignInWronglyAsync(Member node, int times)
    {
        foreach (var person in await _cluster.PeopleAsync(times, RunningCluster.At(node)))
            Person.Require(await new Person(person.Name, "not the password", person.Address).SignInAsync(), 401);
    }

    private async Task CrowdAsync() => await Task.WhenAll((await _cluster.PeopleAsync(40, RunningCluster.At(_cluster.B1))).Select(person => person.SignInAsync()));

    /// <summary>Locks Ann's conversation in the store, lets some sends wait for it, and closes the connections of those.</summary>
    private async Task BlockAsync()
    {
        var began = DateTimeOffset.UtcNow;
        await PrometheusServer.ScrapedAsync();
        await using var connections = StoreFixture.Connect(Local.ConnectionString);
        var connection = await connections.TakeAsync();
        await connection.ExecuteAsync("START TRANSACTION");
        await connection.ExecuteAsync("SELECT seq FROM messages WHERE conversation_id = @id AND seq = 1 FOR UPDATE", new { id = long.Parse(_toBen, CultureInfo.InvariantCulture) });
        var holding = connection.ExecuteAsync("DO SLEEP(9)"); // a transaction in which nothing happens is ended by the server
        var edits = Enumerable.Range(0, Blocked).Select(i => _ann.PatchAsync($"conversations/{_toBen}/messages/1", new { text = $"held up {i}" })).ToArray();
        Held = await UntilShownAsync($"intramessenger_store_connections_used{{instance='{AnnsNode.Name}'}}", new Known(Blocked, Blocked + 3), () => Task.CompletedTask);

        // One of the connections that are used may be for something else, while the last edit is still on its way.
        long[] waiting = [];
        await Eventually.HoldsAsync(async () => (waiting = await RunningAsync("%UPDATE messages%")).Length == Blocked, "edits that wait", 20, () => $"{waiting.Length} do");
        foreach (var id in waiting.Concat(await RunningAsync("DO SLEEP(9)"))) await _cluster.Store.RunAsync(other => other.ExecuteAsync($"KILL {id}"));
        await Should.ThrowAsync<DbException>(holding);
        connections.GiveBack(connection, healthy: false);
        foreach (var edit in edits) Person.Require(await edit, 200);
        await PrometheusServer.ScrapedAsync();
        Repeated = await SinceAsync(began);
    }

    private Task<long[]> RunningAsync(string statement) => _cluster.Store.RunAsync(async connection => (await connection.QueryAsync<long>(
        "SELECT id FROM information_schema.processlist WHERE command = 'Query' AND info LIKE @statement AND info NOT LIKE '%processlist%'", new { statement })).ToArray());

    private async Task<Moment> RefuseAsync()
    {
        await OtherNode.PauseAsync();
        try
        {
            return await UntilShownAsync("intramessenger_settings_refused{policy_set='a'}", 1, () => SaveAsync("a", "messages.maxLength", 3_000));
        }
        finally
        {
            OtherNode.Continue();
        }
    }

    private async Task JournalAsync()
    {
        var before = await SweptAsync();
        await TellLateAsync();
        // One at a time: of marks that are found together, each person is told the last.
        for (var journaled = 1; journaled <= Journaled; journaled++)
        {
            await _cluster.Store.RunAsync(connection => connection.ExecuteAsync(
                "INSERT INTO changes (at, kind, account_id, conversation_id, seq) SELECT now, 4, @id, @talk, 1 FROM store_clock",
                new { id = long.Parse(_ann.Id, CultureInfo.InvariantCulture), talk = long.Parse(_toBen, CultureInfo.InvariantCulture) }));
            await Eventually.HoldsAsync(async () => await SweptAsync() >= before + 2 * journaled, "the sweep of both nodes");
        }
    }

    private async Task<double> SweptAsync() =>
        (await Task.WhenAll(Local.Nodes.Where(node => node.IsAlive).Select(async node => (await Scrape.OfAsync(node.Management))["intramessenger_changes_swept_total"]))).Sum();

    /// <summary>Signals of a kind that no node knows, which set out a minute ago.</summary>
    private async Task TellLateAsync()
    {
        var key = await _cluster.Store.RunAsync(connection => connection.QuerySingleAsync<byte[]>("SELECT value FROM cluster_secrets WHERE name = 'cluster-key'"));
        var life = await _cluster.Store.RunAsync(connection => connection.QuerySingleAsync<long>(
            "SELECT n.life_id FROM live_nodes n JOIN nodes k ON k.id = n.node_id WHERE k.name = 'node-b1'"));
        var at = DateTime.UtcNow.AddMinutes(-1);
        using var content = JsonContent.Create(new { from = 0, to = life, at, changes = Enumerable.Repeat(new { kind = 200 }, Late) });
        content.Headers.Add("X-IntraMessenger-Signature", Convert.ToHexString(HMACSHA256.HashData(key, await content.ReadAsByteArrayAsync())));
        using var http = new HttpClient();
        using var answer = await http.PostAsync($"{_cluster.B1.Management}/cluster/v1/signals", content);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    private async Task KillAsync()
    {
        using var http = new HttpClient();
        async Task AskAsync(int times)
        {
            for (var i = 0; i < times; i++) ((int)(await http.GetAsync($"{_cluster.Gateway("b")}/api/v1/me")).StatusCode).ShouldBe(503);
        }

        await _cluster.B1.KillAsync();
        await AskAsync(1);
        Killed = await DuringAsync(async () =>
        {
            for (var i = 0; i < AfterTheKill; i++) await SayAsync(_ann, _toBen);
            await AskAsync(Unanswered);
            await Task.Delay(TimeSpan.FromSeconds(2)); // as long as a signal may take
        });
    }

    private async Task SaveAsync(string set, string option, object value)
    {
        using var console = await Local.SignInToConsoleAsync();
        var saved = await console.SaveAsync(set, "For the test", new Dictionary<string, object?> { [option] = value });
        if (RevisionOfA > 0) return;
        RevisionOfA = saved.GetProperty("revision").GetInt64();
        RevisionOfB = (await console.ReadAsync("b"))!.Value.GetProperty("revision").GetInt64();
    }

    private async Task<Moment> DuringAsync(Func<Task> what)
    {
        await PrometheusServer.ScrapedAsync();
        var began = DateTimeOffset.UtcNow;
        await PrometheusServer.ScrapedAsync();
        await what();
        await PrometheusServer.ScrapedAsync();
        return await SinceAsync(began);
    }

    /// <summary>In whole seconds, as Prometheus takes them, and to one in which every living program was scraped in time: this machine may be busy.</summary>
    private async Task<Moment> SinceAsync(DateTimeOffset began)
    {
        var alive = Local.Members.Count(member => member.IsAlive);
        for (var seconds = (int)Math.Ceiling((DateTimeOffset.UtcNow - began).TotalSeconds); ; seconds++)
        {
            var end = began.AddSeconds(seconds);
            if (end - DateTimeOffset.UtcNow is var rest && rest > TimeSpan.Zero) await Task.Delay(rest);
            await PrometheusServer.ScrapedAsync();
            if ((await Prometheus.AskAsync("up == 1", end)).Count == alive) return new Moment(end, seconds);
        }
    }

    /// <summary>The time of the first sample that is this, which begins to come about by what is done meanwhile.</summary>
    private async Task<Moment> UntilShownAsync(string selector, Known known, Func<Task> what)
    {
        var began = DateTimeOffset.UtcNow;
        var doing = what();
        (DateTimeOffset At, double Value)[] shown = [];
        await Eventually.HoldsAsync(
            async () => (shown = [.. (await Prometheus.SamplesAsync(selector, 15, DateTimeOffset.UtcNow)).SelectMany(samples => samples).Where(sample => sample.At >= began && known.Holds(sample.Value))]).Length > 0,
            $"{selector} of {known}", 15);
        await doing;
        return new Moment(shown[0].At, 1);
    }

    private static Task EveryAsync(TimeSpan interval, int times, Func<Task> what) => EveryAsync(interval, times, _ => what());

    private static async Task EveryAsync(TimeSpan interval, int times, Func<int, Task> what)
    {
        using var timer = new PeriodicTimer(interval);
        for (var number = 0; number < times; number++)
        {
            await what(number);
            await timer.WaitForNextTickAsync();
        }
    }

    private static double ProcessorSeconds(Member member)
    {
        var stat = File.ReadAllText($"/proc/{member.Pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100d; // USER_HZ
    }

    private static double MemoryOf(Member member)
    {
        var line = File.ReadLines($"/proc/{member.Pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
