using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Dapper;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.CommandLine;

[Collection(nameof(StoreCollection))]
public sealed class CommandLineTests(StoreFixture fixture)
{
    [Fact]
    public async Task NodesAdd_OnAnEmptyDatabase_MakesTheSchemaAndPrintsTheKeyAlone()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var added = await cluster.RunAsync("nodes", "add", "node-a1", "--set", "a");
        added.Code.ShouldBe(0, added.Error);
        added.Output.ShouldMatch(@"^[A-Za-z0-9_-]{40,}\n\z");
        var hash = await cluster.Store.RunAsync(c => c.ExecuteScalarAsync<byte[]>("SELECT key_hash FROM nodes WHERE name = 'node-a1'"));
        hash.ShouldBe(Secrets.Hash(added.Secret));
    }

    [Theory]
    [InlineData("nodes", "add", "same", "--set", "a")]
    [InlineData("gateways", "add", "same")]
    [InlineData("admins", "add", "same")]
    public async Task Add_WithANameThatExists_NamesRenewAndChangesNothing(params string[] command)
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        (await cluster.RunAsync(command)).Code.ShouldBe(0);
        var again = await cluster.RunAsync(command);
        again.Code.ShouldBe(3);
        again.Output.ShouldBeEmpty();
        again.Error.ShouldContain("--renew");
    }

    [Fact]
    public async Task NodesAdd_RenewedForAnotherSet_MovesTheNodeAndReplacesItsKey()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        await cluster.NodeKeyAsync("n", "a");
        var renewed = await cluster.RunAsync("nodes", "add", "n", "--set", "b", "--renew");
        renewed.Code.ShouldBe(0, renewed.Error);
        var (set, hash) = await cluster.Store.RunAsync(c => c.QuerySingleAsync<(string, byte[])>(
            "SELECT p.set_key, n.key_hash FROM nodes n JOIN policy_sets p ON p.id = n.policy_set_id"));
        (set, Convert.ToHexString(hash)).ShouldBe(("b", Convert.ToHexString(Secrets.Hash(renewed.Secret))));
    }

    [Fact]
    public async Task NodesAdd_RenewedForAnotherSet_WhileTheNodeLives_IsRefused()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        await cluster.NodeKeyAsync("n", "a");
        await cluster.LifeAsync("n");
        var refused = await cluster.RunAsync("nodes", "add", "n", "--set", "b", "--renew");
        (refused.Code, refused.Error).ShouldBe((2, "Node 'n' lives and serves a: stop it first, then enrol it for b.\n"));
        (await cluster.RunAsync("nodes", "add", "n", "--set", "a", "--renew")).Code.ShouldBe(0, "a new key alone is no move");
    }

    [Fact]
    public async Task NodesRemove_TakesAStoppedNodeOut_AndNoneThatLives()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        await cluster.NodeKeyAsync("n", "a");
        await cluster.LifeAsync("n");
        var refused = await cluster.RunAsync("nodes", "remove", "n");
        (refused.Code, refused.Error).ShouldBe((2, "Node 'n' lives: stop it first, and wait until its lease has ended (15 s after a crash).\n"));
        await cluster.Store.RunAsync(c => c.ExecuteAsync("DELETE FROM node_lives"));
        for (var i = 0; i < 2; i++) (await cluster.RunAsync("nodes", "remove", "n")).Code.ShouldBe(0);
        (await cluster.Store.RunAsync(c => c.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM nodes"))).ShouldBe(0);
    }

    [Fact]
    public async Task NodesAdd_ForAnUnknownSet_NamesTheExistingOnes()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var refused = await cluster.RunAsync("nodes", "add", "n", "--set", "z");
        refused.Code.ShouldBe(2);
        refused.Error.ShouldContain("a, b");
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("line\nbreak")]
    [InlineData("é")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public async Task Add_WithANameThatCannotBe_IsRefused(string name)
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        foreach (string[] command in new[] { ["nodes", "add", name, "--set", "a"], ["gateways", "add", name], new[] { "admins", "add", name } })
        {
            var refused = await cluster.RunAsync(command);
            refused.Code.ShouldBe(2);
            refused.Output.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task AdminsAdd_MakesAPasswordOfTwentyCharactersOrMore()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        (await cluster.RunAsync("admins", "add", "root")).Secret.Length.ShouldBeGreaterThanOrEqualTo(20);
    }

    [Fact]
    public async Task AdminsAdd_WithAPasswordFromStandardInput_TakesIt()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        var file = cluster.Write(new { store = new { connectionString = cluster.ConnectionString } });
        (await RunProcessAsync("too short\n", "admins", "add", "root", "--password-stdin", "--config", file)).Code.ShouldBe(2);
        var (code, error) = await RunProcessAsync("a password of my own\n", "admins", "add", "root", "--password-stdin", "--config", file);
        code.ShouldBe(0, error);
        using var client = control.Client();
        using var answer = await client.PostAsJsonAsync("/console/api/session", new { username = "root", password = "a password of my own" });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Add_WhileTheStoreIsAway_EndsWithOneSentence()
    {
        await using var cluster = new TestCluster("Server=127.0.0.1;Port=1;User ID=root;Database=nowhere;SslMode=Disabled");
        foreach (string[] command in new[] { ["nodes", "add", "n", "--set", "a"], new[] { "check" } })
        {
            var refused = await cluster.RunAsync(command);
            refused.Code.ShouldBe(1);
            refused.Output.ShouldBeEmpty();
            refused.Error.TrimEnd().ShouldNotContain('\n');
            refused.Error.ShouldNotContain("   at ");
        }
    }

    [Fact]
    public async Task Check_OfAWorkingStore_TellsVersionSchemaAndCounts()
    {
        await using var cluster = new TestCluster(await fixture.EmptyDatabaseAsync());
        (await cluster.RunAsync("check")).Output.ShouldContain("none yet");
        await cluster.NodeKeyAsync("n", "a");
        var check = await cluster.RunAsync("check");
        check.Code.ShouldBe(0);
        check.Output.ShouldContain("MariaDB");
        check.Output.ShouldContain("1 nodes, 0 gateways, 0 administrators");
        check.Output.ShouldNotContain("WARNING");
    }

    [Fact]
    public async Task Check_OfAStoreThatMayLoseCommits_Warns()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        await cluster.Store.RunAsync(c => c.ExecuteAsync("SET GLOBAL innodb_flush_log_at_trx_commit = 2"));
        try
        {
            (await cluster.RunAsync("check")).Output.ShouldContain("WARNING: innodb_flush_log_at_trx_commit is 2");
        }
        finally
        {
            await cluster.Store.RunAsync(c => c.ExecuteAsync("SET GLOBAL innodb_flush_log_at_trx_commit = 1"));
        }
    }

    [Fact]
    public async Task Run_WithMistakesInTheLocalFile_TellsAllOfThemAndEndsWith2()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var file = cluster.Write(new { roles = new[] { "control", "gateway", "queen" }, listen = "http://8.8.8.8:1", management = "nowhere", store = new { connectionString = "Server=x" } });
        var (code, error) = await RunProcessAsync("", "run", "--config", file);
        code.ShouldBe(2);
        foreach (var mistake in new[] { "'queen'", "listen is", "management is", "data is missing", "store.connectionString", "control.addresses", "control.key" }) error.ShouldContain(mistake);
        error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Run_WithMistakesAboutTls_TellsAllOfThemAndEndsWith2()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        var file = cluster.Write(new
        {
            roles = new[] { "gateway" },
            listen = "https://0.0.0.0:1",
            management = "https://127.0.0.1:2",
            data = "data",
            control = new { addresses = new[] { "http://10.0.0.5:8081" }, key = "a key" },
            tls = new { trustedCertificates = "/nowhere/ca.pem" },
        });
        var (code, error) = await RunProcessAsync("", "run", "--config", file);
        code.ShouldBe(2);
        foreach (var mistake in new[] { "listen is 'https://0.0.0.0:1': https needs a certificate", "management is", "tls.trustedCertificates cannot be read", "http://10.0.0.5:8081/': clear text" })
            error.ShouldContain(mistake);
        error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Run_OnAPortThatIsTaken_SaysSoAndEndsWith4()
    {
        await using var cluster = await TestCluster.CreateAsync(fixture);
        await using var other = await StandInNode.StartAsync("other");
        var file = cluster.Write(new { roles = new[] { "control" }, management = other.Url, store = new { connectionString = cluster.ConnectionString } });
        var (code, error) = await RunProcessAsync("", "--config", file);
        code.ShouldBe(4);
        error.ShouldContain("Another program listens there");
    }

    private static async Task<(int Code, string Error)> RunProcessAsync(string input, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(CentralProgram).Assembly.Location, .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await error);
    }
}
