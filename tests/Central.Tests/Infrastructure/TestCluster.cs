using System.CommandLine;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using IntraMessenger.Central.CommandLine;
using IntraMessenger.Launcher;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Infrastructure;

/// <summary>What a command printed and how it ended.</summary>
internal sealed record CommandResult(int Code, string Output, string Error)
{
    public string Secret => Output.TrimEnd('\n');
}

/// <summary>A store of its own, and the programs that a test starts on it.</summary>
internal sealed class TestCluster(string connectionString) : IAsyncDisposable
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("im-central-").FullName;
    private readonly List<IAsyncDisposable> _running = [];
    private int _files;

    public string ConnectionString => connectionString;

    public Store Store { get; } = StoreFixture.Store(connectionString);

    public static async Task<TestCluster> CreateAsync(StoreFixture fixture) => new(await fixture.MigratedDatabaseAsync());

    /// <summary>A cluster with one control that is ready.</summary>
    public static async Task<(TestCluster Cluster, RunningCentral Control)> StartAsync(StoreFixture fixture)
    {
        var cluster = await CreateAsync(fixture);
        return (cluster, await cluster.ControlAsync());
    }

    public async Task<RunningCentral> ControlAsync(object? console = null)
    {
        var management = Address();
        var file = Write(new { roles = new[] { "control" }, management, store = new { connectionString }, console = console ?? new { signInsPerMinute = 0 } });
        return await Keep(await RunningCentral.StartAsync(file, management, null)).ReadyAsync();
    }

    public async Task<RunningCentral> GatewayAsync(RunningCentral control, string? data = null, object? gateway = null)
    {
        var (management, listen) = (Address(), Address());
        var key = (await RunAsync("gateways", "add", $"g{management[^5..]}")).Secret;
        var file = Write(new { roles = new[] { "gateway" }, listen, management, data = data ?? NewFolder(), control = new { addresses = new[] { control.Management }, key }, gateway = gateway ?? new { } });
        return await Keep(await RunningCentral.StartAsync(file, management, listen)).ReadyAsync();
    }

    /// <summary>A command of the program, with a control's file.</summary>
    public Task<CommandResult> RunAsync(params string[] args) => RunAsync(Write(new { store = new { connectionString } }), args);

    public static async Task<CommandResult> RunAsync(string configFile, string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CentralCommands.InvokeAsync([.. args, "--config", configFile], CentralProgram.Build, new InvocationConfiguration { Output = output, Error = error });
        return new(code, output.ToString(), error.ToString());
    }

    public async Task<string> NodeKeyAsync(string name, string set)
    {
        var result = await RunAsync("nodes", "add", name, "--set", set);
        result.Code.ShouldBe(0, result.Error);
        return result.Secret;
    }

    /// <summary>A client of the console with the token of an administrator who has no password: hashing two would take longer than most tests.</summary>
    public async Task<HttpClient> AdminAsync(RunningCentral control, string name = "root")
    {
        var token = Secrets.New();
        await Store.RunAsync(connection => connection.ExecuteAsync("""
            INSERT IGNORE INTO admins (username, password_hash, created_at) VALUES (@name, '', UTC_TIMESTAMP(6));
            INSERT INTO console_sessions (token_hash, admin_id, created_at, expires_at)
            SELECT @hash, id, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 HOUR FROM admins WHERE username = @name
            """, new { name, hash = Secrets.Hash(token) }));
        return control.Client(token);
    }

    /// <summary>A lease of a node, as the node itself would take it; answers the life's id.</summary>
    public Task<long> LifeAsync(string node, int seconds = 3600) => Store.RunAsync(async connection =>
    {
        await connection.ExecuteAsync("UPDATE lease_clock SET last_renewal = UTC_TIMESTAMP(6)");
        return await connection.ExecuteScalarAsync<long>("""
            INSERT INTO node_lives (node_id, started_at, renewed_at, expires_at, management_url)
            SELECT id, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL @seconds SECOND, '' FROM nodes WHERE name = @node;
            SELECT LAST_INSERT_ID()
            """, new { node, seconds });
    });

    public static Heartbeat Heartbeat(long? life, string url, bool draining = false, string? applied = null, long? revision = null, string? refused = null) =>
        new(url, url, "here", "1.0", 7, draining, life, applied, revision, refused);

    public static async Task<HeartbeatAnswer> BeatAsync(RunningCentral control, string key, Heartbeat heartbeat)
    {
        using var client = control.Client(key);
        using var answer = await client.PostAsJsonAsync(ClusterRoutes.Heartbeat, heartbeat, Json.Options);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<HeartbeatAnswer>(Json.Options))!;
    }

    /// <summary>A small server that stands for a node: enrolled, alive and heard of.</summary>
    public async Task<StandInNode> NodeAsync(RunningCentral control, string name, string set)
    {
        var key = await NodeKeyAsync(name, set);
        var node = Keep(await StandInNode.StartAsync(name));
        await BeatAsync(control, key, Heartbeat(await LifeAsync(name), node.Url));
        return node;
    }

    /// <summary>Central with a local file of the test's own.</summary>
    public async Task<RunningCentral> KeepAsync(string file, string management, string? listen) =>
        await Keep(await RunningCentral.StartAsync(file, management, listen)).ReadyAsync();

    public string Write(object config)
    {
        var file = Path.Combine(_folder, $"config{Interlocked.Increment(ref _files)}.json");
        File.WriteAllText(file, JsonSerializer.Serialize(config));
        return file;
    }

    /// <summary>A file that a command reads.</summary>
    public string WriteText(string text)
    {
        var file = Path.Combine(_folder, $"file{Interlocked.Increment(ref _files)}");
        File.WriteAllText(file, text);
        return file;
    }

    public string NewFolder() => Path.Combine(_folder, $"data{Interlocked.Increment(ref _files)}");

    public static string Address() => $"http://127.0.0.1:{FreePort.Next()}";

    public async ValueTask DisposeAsync()
    {
        foreach (var program in Enumerable.Reverse(_running)) await program.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    private T Keep<T>(T program) where T : IAsyncDisposable
    {
        _running.Add(program);
        return program;
    }
}
