using System.Net.Http.Json;
using System.Text.Json;
using IntraMessenger.Launcher;
using IntraMessenger.Node.Accounts;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Tests.Driver;

/// <summary>The real program on free loopback ports, in this process.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    public const string Password = "correct horse";

    // The cost of a hash is part of it: people who are only there to be there do not wait for a hundred thousand rounds.
    private static readonly string QuickHash = new PasswordHasher<Account>(Options.Create(new PasswordHasherOptions { IterationCount = 1 })).HashPassword(new Account(), Password);

    private readonly WebApplication _app;
    private bool _isStopped;

    private TestNode(TestCluster cluster, WebApplication app, NodeSetup setup, string name, int id, string listen, string management, string data)
    {
        (Cluster, _app, Set, Name, Id, ManagementUrl, Data) = (cluster, app, setup.Set, name, id, management, data);
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false, MaxConnectionsPerServer = 200 })
        {
            BaseAddress = new Uri(listen),
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    public TestCluster Cluster { get; }
    public string Set { get; }
    public string Name { get; }
    public int Id { get; }
    public string ManagementUrl { get; }
    public string Data { get; }
    public HttpClient Http { get; }
    public IServiceProvider Services => _app.Services;
    public string Origin => Http.BaseAddress!.GetLeftPart(UriPartial.Authority);

    public static async Task<TestNode> StartAsync(TestCluster cluster, string name, int id, NodeSetup setup)
    {
        var data = setup.Data ?? Directory.CreateTempSubdirectory("im-node-").FullName;
        var (listen, management) = ($"http://127.0.0.1:{FreePort.Next()}", $"http://127.0.0.1:{FreePort.Next()}");
        if (setup.HasLastGood)
        {
            new LastGoodFile<SettingsDocument>(Path.Combine(data, "settings.json"), NullLogger.Instance)
                .Save(new LastGood<SettingsDocument>("\"first\"", DateTimeOffset.UtcNow, cluster.Settings(name, id, setup.Set, setup.Options) with { SavedAt = setup.Changed }));
        }

        var configFile = Path.Combine(data, "node.json");
        await File.WriteAllTextAsync(configFile, JsonSerializer.Serialize(new
        {
            name,
            listen,
            management,
            advertisedManagement = setup.AdvertisedManagement,
            data,
            store = new { connectionString = setup.Store ?? cluster.Database, maxConnections = 16 },
            control = new { addresses = new[] { setup.Control ?? $"http://127.0.0.1:{FreePort.Next()}" }, key = "a key" },
            signals = setup.Signals,
            options = setup.Local,
            tls = setup.Tls,
            Logging = new { LogLevel = new { Default = setup.LogLevel } },
        }));
        var app = NodeProgram.Build(configFile);
        var node = new TestNode(cluster, app, setup, name, id, listen, management, data);
        await app.StartAsync();
        if (setup.HasLastGood || setup.Control is not null) await node.IsReadyAsync();
        return node;
    }

    public Task IsReadyAsync() => Eventually.HoldsAsync(async () => (await HealthAsync()).Status == 200, $"{Name} is ready");

    public async Task<Reply> HealthAsync() => await Reply.OfAsync(await Http.GetAsync(ManagementUrl + "/health/ready"));

    /// <summary>Somebody new, signed in here.</summary>
    public async Task<Person> SignUpAsync(string name, object? client = null) => await (await AddAsync(name)).SignInAsync(client);

    /// <summary>An account that nobody has signed in to yet, under a name like <paramref name="name"/> that is free.</summary>
    public async Task<Person> AddAsync(string name)
    {
        var username = Usernames.Read(Cluster.Unused(name)).Name!;
        var made = await Services.GetRequiredService<AccountStore>().InsertAsync(new NewAccount(username, username.Written, QuickHash, TestCluster.SetId(Set)));
        return new Person(this, made.Account!.Id.ToString(), username.Written);
    }

    public Task<Reply> SendAsync(HttpMethod method, string path, object? body = null, string? token = null) =>
        SendAsync(method, path, body is null ? null : JsonContent.Create(body), token);

    /// <param name="path">Below <c>/a/api/v1</c>.</param>
    public async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content, string? token = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, $"/{Set}/api/v1{path}") { Content = content };
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Reply.OfAsync(await Http.SendAsync(request));
    }

    public Task<Reply> SignInAsync(string username, string password = Password, object? client = null) =>
        SendAsync(HttpMethod.Post, "/session", new { username, password, client });

    /// <summary>A clean stop, as an operator would.</summary>
    public Task StopAsync() => StopAsync(CancellationToken.None);

    // At the end of a test nobody is to be led to other nodes.
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(0.2));
        await StopAsync(soon.Token);
        if (Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
    }

    private async Task StopAsync(CancellationToken cancellation)
    {
        if (_isStopped) return;
        _isStopped = true;
        try
        {
            await _app.StopAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // What was not finished ends with the program.
        }

        await _app.DisposeAsync();
    }
}
