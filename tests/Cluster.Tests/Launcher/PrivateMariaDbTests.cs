using System.Data.Common;
using System.Diagnostics;
using Dapper;
using IntraMessenger.Launcher;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Launcher;

public sealed class PrivateMariaDbTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("im mariadb ");
    private readonly PrivateMariaDb _server;

    public PrivateMariaDbTests() => _server = new(Path.Combine(_folder.FullName, "the store"), FreePort.Next());

    public Task InitializeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Tcp_WithoutThePassword_IsRefused()
    {
        await _server.StartAsync();
        await NobodyElseGetsInAsync();
    }

    [Fact]
    public async Task DataFolder_WhoseRootNeededNoPassword_IsClosedAndKeepsItsData()
    {
        Directory.CreateDirectory(_server.Folder);
        await InstallOpenAsync();
        await _server.StartAsync();
        await _server.CreateDatabaseAsync("kept");
        await NobodyElseGetsInAsync();
        await _server.StopAsync();

        // Another password than before: the one in the folder counts.
        File.Delete(Path.Combine(_server.Folder, "password"));
        var again = new PrivateMariaDb(_server.Folder, FreePort.Next());
        await again.StartAsync();
        try
        {
            (await AskAsync(again.ConnectionString("kept"), "SELECT DATABASE()")).ShouldBe("kept");
            (await AskAsync(again.ConnectionString("mysql"), "SELECT CURRENT_USER()")).ShouldBe("intramessenger@127.0.0.1");
        }
        finally
        {
            await again.StopAsync();
        }
    }

    [Fact]
    public async Task TemporaryTable_WhileAnotherServerStarts_StaysWhole()
    {
        await _server.StartAsync();
        await _server.CreateDatabaseAsync("some");
        await using var connections = StoreFixture.Connect(_server.ConnectionString("some"));
        var connection = await connections.TakeAsync();
        await connection.ExecuteAsync("CREATE TEMPORARY TABLE waiting (id INT) ENGINE = Aria");
        var other = new PrivateMariaDb(Path.Combine(_folder.FullName, "another store"), FreePort.Next());
        await other.StartAsync();
        await other.StopAsync();
        await connection.ExecuteAsync("DROP TEMPORARY TABLE waiting");
        connections.GiveBack(connection, healthy: true);
    }

    public async Task DisposeAsync()
    {
        await _server.StopAsync();
        _folder.Delete(recursive: true);
    }

    private async Task NobodyElseGetsInAsync()
    {
        var right = new DbConnectionStringBuilder { ConnectionString = _server.ConnectionString("mysql") };
        (await AskAsync(right.ConnectionString, "SELECT 1")).ShouldBe("1");
        foreach (var (user, password) in new[] { ("root", ""), ("root", "x"), ("", ""), (Environment.UserName, ""), ((string)right["user id"], ""), ((string)right["user id"], "x") })
        {
            var wrong = new DbConnectionStringBuilder { ConnectionString = right.ConnectionString, ["user id"] = user, ["password"] = password };
            var refused = await Should.ThrowAsync<DbException>(() => AskAsync(wrong.ConnectionString, "SELECT 1"), $"'{user}' with '{password}'");
            refused.Message.ShouldContain("Access denied");
        }
    }

    private static async Task<string?> AskAsync(string connectionString, string sql)
    {
        await using var connections = StoreFixture.Connect(connectionString);
        var connection = await connections.TakeAsync();
        try
        {
            return await connection.ExecuteScalarAsync<string>(sql);
        }
        finally
        {
            connections.GiveBack(connection, healthy: false);
        }
    }

    /// <summary>As launchers before this one made it.</summary>
    private async Task InstallOpenAsync()
    {
        var asRoot = Environment.UserName == "root" ? new[] { "--user=root" } : [];
        using var install = Process.Start(new ProcessStartInfo(PrivateMariaDb.Find("mariadb-install-db")!,
            ["--no-defaults", "--force", "--datadir=./data", "--auth-root-authentication-method=normal", .. asRoot])
        { WorkingDirectory = _server.Folder, RedirectStandardOutput = true })!;
        await install.StandardOutput.ReadToEndAsync();
        await install.WaitForExitAsync();
        install.ExitCode.ShouldBe(0);
    }
}
