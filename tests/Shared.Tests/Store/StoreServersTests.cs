using System.Data.Common;
using System.Diagnostics;
using System.Net;
using Dapper;
using IntraMessenger.Launcher;
using IntraMessenger.Launcher.Lines;
using IntraMessenger.Shared.Store;
using IntraMessenger.Testing;

namespace IntraMessenger.Shared.Tests.Store;

/// <summary>Several servers of one store: here one server at two addresses, whose ways are cut.</summary>
[Collection(nameof(StoreCollection))]
public sealed class StoreServersTests(StoreFixture fixture)
{
    [Fact]
    public async Task Server_ThatIsLost_IsReplacedByTheNext_AndUsedAgainWhenItIsBackForAWhile()
    {
        await using var first = new TcpForward(new IPEndPoint(IPAddress.Loopback, FreePort.Next()), fixture.Server.Port);
        await using var second = new TcpForward(new IPEndPoint(IPAddress.Loopback, FreePort.Next()), fixture.Server.Port);
        await using var connections = StoreFixture.Connect(Several("mysql", first.Port, second.Port));
        var store = StoreFixture.Store(connections);
        await AskAsync();
        connections.Server.ShouldBe(1);

        first.Cut();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync()));
        connections.Server.ShouldBe(2);

        first.Mend();
        await AskAsync();
        connections.Server.ShouldBe(2, "it stays for a while");
        var held = await connections.TakeAsync();
        await Eventually.HoldsAsync(async () =>
        {
            await AskAsync();
            return connections.Server == 1;
        }, "the first server in use again");
        connections.GiveBack(held, healthy: true);
        second.Cut();
        await AskAsync();
        connections.Server.ShouldBe(1, "nothing is left of the second one");

        first.Cut();
        await Should.ThrowAsync<StoreUnavailableException>(AskAsync);
        second.Mend();
        await AskAsync();
        connections.Server.ShouldBe(2);

        Task AskAsync() => store.RunAsync(connection => connection.ExecuteScalarAsync<int>("SELECT 1"));
    }

    [Fact]
    public async Task Server_ThatAnswersNothingAnyMore_IsReplacedBeforeALeaseEnds()
    {
        await using var first = new TcpForward(new IPEndPoint(IPAddress.Loopback, FreePort.Next()), fixture.Server.Port);
        await using var third = new TcpForward(new IPEndPoint(IPAddress.Loopback, FreePort.Next()), fixture.Server.Port);
        await using var connections = StoreFixture.Connect(Several("mysql", first.Port, fixture.Server.Port, third.Port));
        var store = StoreFixture.Store(connections);
        await store.RunAsync(connection => connection.ExecuteScalarAsync<int>("SELECT 1"));

        first.AnswerDelay = third.AnswerDelay = () => TimeSpan.FromMinutes(1);
        var asked = Stopwatch.StartNew();
        // Whether it was done is not known, so it is not repeated by itself.
        await Should.ThrowAsync<StoreUnavailableException>(store.RunAsync(connection => connection.ExecuteScalarAsync<int>("SELECT 1")));
        // On a machine that is busy the other one may be found at the second try; by the driver's own limits it would take minutes.
        while (await TryAsync() is { } unavailable) asked.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), unavailable.Message);
        connections.Server.ShouldBe(2);
        asked.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), "10 s on a machine that has time: a lease lasts 15");

        async Task<StoreUnavailableException?> TryAsync()
        {
            try
            {
                await store.RunAsync(connection => connection.ExecuteScalarAsync<int>("SELECT 1"));
                return null;
            }
            catch (StoreUnavailableException e)
            {
                return e;
            }
        }
    }

    [Fact]
    public async Task Server_ThatIsOnlyFull_StaysTheOneThatIsUsed()
    {
        var other = new PrivateMariaDb(Directory.CreateTempSubdirectory("im-store-").FullName, FreePort.Next());
        await other.StartAsync();
        try
        {
            foreach (var server in new[] { fixture.Server, other })
                await server.AskAsync($"CREATE USER few@'127.0.0.1' IDENTIFIED BY 'few' WITH MAX_USER_CONNECTIONS {(server == other ? 100 : 1)}");
            var parts = new DbConnectionStringBuilder { ConnectionString = Several("information_schema", fixture.Server.Port, other.Port), ["User ID"] = "few", ["Password"] = "few" };
            await using var connections = StoreFixture.Connect(parts.ConnectionString);
            var held = await connections.TakeAsync();

            await Should.ThrowAsync<StoreUnavailableException>(StoreFixture.Store(connections).RunAsync(connection => connection.ExecuteScalarAsync<int>("SELECT 1")));
            connections.Server.ShouldBe(1, "the other programs use it");
            connections.GiveBack(held, healthy: true);
        }
        finally
        {
            await other.StopAsync();
            Directory.Delete(other.Folder, recursive: true);
        }
    }

    private string Several(string database, params int[] ports) => new DbConnectionStringBuilder
    {
        ConnectionString = fixture.Server.ConnectionString(database),
        ["Server"] = string.Join(", ", ports.Select(port => $"127.0.0.1:{port}")),
    }.ConnectionString;

    [Theory]
    [InlineData("db", "db 3306")]
    [InlineData("db1:3307,db2 , [::1]:3308,::1,[fe80::2]", "db1 3307|db2 3306|::1 3308|::1 3306|fe80::2 3306")]
    public void Servers_AreReadInTheirOrder(string servers, string expected) =>
        string.Join('|', Driver.Complete($"Server={servers};Database=im;User ID=u;Password=p,q:1").Select(one => new DbConnectionStringBuilder { ConnectionString = one })
            .Select(parts => $"{parts["server"]} {(parts.TryGetValue("port", out var port) ? port : 3306)}")).ShouldBe(expected);

    [Theory]
    [InlineData("db1,,db2")]
    [InlineData("db1:many")]
    public void Servers_ThatCannotBeRead_AreRefused(string servers) =>
        Should.Throw<ArgumentException>(() => Driver.Complete($"Server={servers};Database=im")).Message.ShouldContain("host:port");
}
