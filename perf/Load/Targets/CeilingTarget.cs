using System.Net;
using System.Text.Json;
using Dapper;
using IntraMessenger.Launcher;
using IntraMessenger.Load.Ledgers;
using IntraMessenger.Load.Measuring;
using IntraMessenger.Load.Setup;

namespace IntraMessenger.Load.Targets;

/// <summary>Responsible for the ceiling program with the same people, beside the store that the product used.</summary>
public sealed class CeilingTarget : LoadTarget, IAsyncDisposable
{
    private const string Table = """
        CREATE TABLE ceiling_messages (conversation_id BIGINT NOT NULL, seq BIGINT NOT NULL, sender_id BIGINT NOT NULL, client_id BINARY(16) NOT NULL,
            text VARCHAR(4000) NOT NULL, sent_at DATETIME(6) NOT NULL, PRIMARY KEY (conversation_id, seq)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
        """;

    private readonly string _folder;
    private readonly string _connectionString;
    private readonly WatchedProcess _store;
    private readonly string _program;
    private readonly (int Port, int Pid)[] _servers;

    /// <param name="folder">For its files.</param>
    /// <param name="policySet">As in the addresses of the product.</param>
    /// <param name="connectionString">Of the store; it gets a table of its own there.</param>
    /// <param name="store">The process of the store.</param>
    /// <param name="servers">How many.</param>
    public CeilingTarget(string folder, string policySet, string connectionString, WatchedProcess store, int servers)
    {
        (_folder, PolicySet, _connectionString, _store) = (folder, policySet, connectionString, store);
        _servers = [.. Enumerable.Range(0, servers).Select(_ => (FreePort.Next(), 0))];
        // Built together with the load tool, into its own folder.
        _program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../Ceiling", AppContext.BaseDirectory.Contains("/bin/Debug/", StringComparison.Ordinal) ? "bin/Debug" : "bin/Release", "net10.0/Ceiling.dll"));
    }

    public override string Name => "the ceiling";

    public override string PolicySet { get; }

    public override IReadOnlyList<Uri> Addresses => [.. _servers.Select(server => new Uri($"http://127.0.0.1:{server.Port}/{PolicySet}"))];

    public override IReadOnlyList<WatchedProcess> Processes => [.. _servers.Select((server, i) => new WatchedProcess($"ceiling-{i + 1}", Role.Ceiling, server.Pid)), _store];

    public override bool CanLoseOne => _servers.Length > 1;

    private string PeopleFile => Path.Combine(_folder, "ceiling.json");

    public async Task StartAsync(Population population, PopulationStore store)
    {
        await using (var line = new StoreLine(_connectionString))
        {
            await line.RunAsync(connection =>
            {
                if (connection.ExecuteScalar<int>("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'ceiling_messages'") > 0)
                    connection.Execute("DROP TABLE ceiling_messages");
                return connection.Execute(Table);
            });
        }

        var numbers = await store.LastSeqsAsync(population.Talks);
        File.Delete(PeopleFile);
        await using (var file = new FileStream(PeopleFile, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            await JsonSerializer.SerializeAsync(file, new
            {
                people = population.People.Select(person => new { token = person.Token, id = person.AccountId }),
                talks = population.Talks.Select(talk => new { id = talk.Id, lastSeq = numbers[talk.Id], members = talk.Members }),
            });
        }

        for (var i = 0; i < _servers.Length; i++) await StartAsync(i);
    }

    /// <summary>In its own table; where that has nothing, as it began.</summary>
    public override async Task<Dictionary<long, long>> LastSeqsAsync(PopulationStore store, IReadOnlyList<Talk> talks)
    {
        var numbers = await store.LastSeqsAsync(talks);
        await using var line = new StoreLine(_connectionString);
        foreach (var (id, seq) in await line.RunAsync(connection => connection.Query<(long, long)>("SELECT conversation_id, MAX(seq) FROM ceiling_messages GROUP BY conversation_id")))
        {
            if (numbers.ContainsKey(id)) numbers[id] = seq;
        }

        return numbers;
    }

    /// <summary>It is no messenger: nobody reads there afterwards.</summary>
    public override Task CompareAsync(PopulationStore store, Ledger ledger, CancellationToken cancellation) => Task.CompletedTask;

    public override async Task RestartServersAsync()
    {
        for (var i = 0; i < _servers.Length; i++)
        {
            await BackgroundProcess.StopAsync(_servers[i].Pid, TimeSpan.FromSeconds(10));
            await StartAsync(i);
        }
    }

    public override async Task KillAsync(int index)
    {
        BackgroundProcess.Signal(_servers[index].Pid, BackgroundProcess.SigKill);
        while (BackgroundProcess.IsAlive(_servers[index].Pid)) await Task.Delay(5);
    }

    public override async Task StartAsync(int index)
    {
        var port = _servers[index].Port;
        var pid = BackgroundProcess.Start(Path.Combine(_folder, "logs", $"ceiling-{index + 1}.log"), "dotnet", [_program, port.ToString(), _connectionString, PeopleFile],
            new Dictionary<string, string> { ["DOTNET_gcServer"] = "0", ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "0" });
        _servers[index] = (port, pid);
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync($"http://127.0.0.1:{port}/");
                if (answer.StatusCode == HttpStatusCode.Unauthorized) return;
            }
            catch (HttpRequestException) when (BackgroundProcess.IsAlive(pid))
            {
                // it is starting
            }

            if (!BackgroundProcess.IsAlive(pid)) throw new LauncherException($"The ceiling program has ended: see {_folder}/logs/ceiling-{index + 1}.log.");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, pid) in _servers) await BackgroundProcess.StopAsync(pid, TimeSpan.FromSeconds(10));
        File.Delete(PeopleFile);
    }
}
