using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Node.Tests.Sessions;

public sealed class SignInOptionsTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    [Trait("effect", "sessions.useInstead")]
    public async Task SignIn_WhereAnotherAddressIsToBeUsed_NamesIt()
    {
        await using var control = new FakeControl();
        await control.StartAsync();
        var node = await _cluster.StartNodeAsync(new NodeSetup("a") { Control = control.Url });
        var alice = await node.SignUpAsync("alice");
        control.Say(_cluster.Settings(node.Name, node.Id, "a", ("sessions.useInstead", "https://new.example/a/")));
        await Eventually.HoldsAsync(async () => (await node.SignInAsync(alice.Username)).Status == 403, "it is in force");
        (await node.SignInAsync(alice.Username)).IsProblem(403, "use-instead")["url"].GetString().ShouldBe("https://new.example/a/");
        (await node.SendAsync(HttpMethod.Post, "/accounts", new { username = "bob", password = "a long password" })).IsProblem(403, "use-instead");
        (await alice.GetAsync("/me")).Is(200, "who is signed in stays");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("effect", "accounts.logSignIns")]
    public async Task SignIn_IsLoggedWhereThatIsWanted_WithNothingPersonal(bool isWanted)
    {
        var node = await _cluster.StartNodeAsync(new NodeSetup("a") { Options = [("accounts.logSignIns", isWanted)], LogLevel = "Information" });
        var lines = new Lines();
        node.Services.GetRequiredService<ILoggerFactory>().AddProvider(lines);
        var alice = await node.SignUpAsync("alice");
        var sessionId = await _cluster.ScalarAsync<long>("SELECT id FROM sessions WHERE account_id = @Id", new { alice.Id });
        lines.Where(line => line.Contains("signed in")).ShouldBe(isWanted ? [$"Account {alice.Id} signed in: session {sessionId}"] : []);
        lines.ShouldAllBe(line => !line.Contains(alice.Username));
    }

    private sealed class Lines : ConcurrentQueue<string>, ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
