using System.Data.Common;
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
        var parts = new DbConnectionStringBuilder { ConnectionString = fixture.Server.ConnectionString("mysql"), ["Server"] = $"127.0.0.1:{first.Port}, 127.0.0.1:{second.Port}" };
        await using var connections = StoreFixture.Connect(parts.ConnectionString);
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
        }, "the first server in use again", 15);
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
