using System.Diagnostics;
using Dapper;
using IntraMessenger.Shared.Store;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Launcher;

/// <summary>
/// Responsible for a MariaDB of its own in one folder: data, socket, port and log are all there, never the system's.
/// </summary>
public sealed class PrivateMariaDb(string folder, int port)
{
    private static readonly string[] Places = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/usr/libexec"];

    private readonly StoreUser _user = new(folder);

    public int Pid { get; private set; }

    public string Folder => folder;

    public int Port => port;

    /// <summary>What the server says.</summary>
    public string Log => Path.Combine(folder, "mariadb.log");

    /// <summary>A disk of its own for the data, which may become full; null for the folder's.</summary>
    public SmallDisk? Disk { get; init; }

    /// <summary>Whether it is one of several with the same data, users too.</summary>
    internal bool IsMember { get; init; }

    /// <summary>Where the server looks for programs first.</summary>
    internal string? Programs { get; init; }

    internal string Data => Path.Combine(Disk?.Folder ?? folder, "data");

    // Its own: a server that starts deletes the temporary tables of all others that share the folder.
    private string Temporary => Path.Combine(folder, "tmp");

    /// <summary>For a database of this server, which is reached on loopback only. It holds the password.</summary>
    public string ConnectionString(string database) => ConnectionString(database, StoreUser.Name);

    private string ConnectionString(string database, string user) =>
        $"Server=127.0.0.1;Port={port};User ID={user};Password={_user.Password};Database={database};SslMode=Disabled";

    /// <summary>Where a program of the MariaDB server is, or null where it is not installed.</summary>
    public static string? Find(string program) => Places.Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists);

    /// <summary>Makes the data folder where there is none, starts the server and waits until it answers.</summary>
    public Task StartAsync(CancellationToken cancellation = default) => StartAsync([], cancellation);

    /// <param name="more">Arguments of the server; they win over the usual ones.</param>
    internal async Task StartAsync(IReadOnlyList<string> more, CancellationToken cancellation)
    {
        OwnerOnly.MakeFolder(folder); // nobody else reaches the socket in it
        OwnerOnly.MakeFolder(Temporary);
        var installed = Path.Combine(folder, "data");
        if (!Directory.Exists(installed)) await InstallAsync(installed, cancellation);
        Disk?.Mount();
        if (Disk is not null && !Directory.Exists(Disk.FromOutside(Data))) await RunAsync([.. Disk.Inside, "cp", "-a", installed, Data], cancellation);

        IReadOnlyList<string> command = [.. Disk?.Inside ?? [], Require("mariadbd"), .. Arguments, .. more];
        var path = Environment.GetEnvironmentVariable("PATH");
        Pid = BackgroundProcess.Start(Log, command[0], command.Skip(1),
            new Dictionary<string, string> { ["TMPDIR"] = Temporary, ["PATH"] = Programs is null ? path! : $"{Programs}:{path}" });
        await WaitUntilItAnswersAsync(cancellation);
    }

    private IEnumerable<string> Arguments =>
    [
        // The socket is named from inside the data folder: a path to it from the root may be longer than the 107 bytes a socket may have.
        "--no-defaults", $"--datadir={Data}", "--socket=../s", $"--pid-file={Path.Combine(folder, "pid")}",
        $"--port={port}", "--bind-address=127.0.0.1", "--skip-name-resolve", .. IsMember ? [] : new[] { $"--init-file={_user.WriteInitFile()}" },
        "--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=512M", "--innodb-log-file-size=256M", "--max-connections=500",
        "--character-set-server=utf8mb4", "--max-allowed-packet=64M",
        .. AsRoot(always: Disk is not null), // whoever is within the namespace of a small disk is root there
    ];

    /// <summary>As somebody who may do everything; the first value of the answer.</summary>
    public async Task<string?> AskAsync(string sql)
    {
        await using var connections = Connections("mysql", StoreUser.Keeper);
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

    /// <summary>Whether programs may only read.</summary>
    public Task SetReadOnlyAsync(bool readOnly) => AskAsync($"SET GLOBAL read_only = {(readOnly ? 1 : 0)}");

    public async Task CreateDatabaseAsync(string database)
    {
        var connections = Connections("mysql", StoreUser.Name);
        var connection = await connections.TakeAsync();
        // Looked for first: that it is there already would be a warning, and the driver reads those synchronously.
        if (await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = @database", new { database }) == 0)
            await connection.ExecuteAsync($"CREATE DATABASE `{database}` CHARACTER SET utf8mb4");
        connections.GiveBack(connection, healthy: false);
    }

    /// <summary>As a service manager does: starts the server again whenever it has ended, until <paramref name="over"/>.</summary>
    internal async Task KeepAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(200, over);
                if (!BackgroundProcess.IsAlive(Pid)) await StartAsync(over);
            }
            catch (OperationCanceledException)
            {
                // It is over.
            }
            catch (LauncherException)
            {
                // It cannot start while its disk is full; the log says so.
            }
        }
    }

    /// <summary>A clean stop; waits for it.</summary>
    public Task StopAsync() => BackgroundProcess.StopAsync(Pid, TimeSpan.FromSeconds(30));

    /// <summary><c>kill -9</c>, and waits until it is gone.</summary>
    public Task KillAsync() => BackgroundProcess.KillAsync(Pid);

    private async Task InstallAsync(string data, CancellationToken cancellation)
    {
        // Under another name until it is complete: what an interrupted start left is made anew.
        const string unfinished = "data.new";
        if (Directory.Exists(Path.Combine(folder, unfinished))) Directory.Delete(Path.Combine(folder, unfinished), recursive: true);
        Require("my_print_defaults");
        // The script takes no path with a space, so it is told one from inside the folder; --force: without looking up this machine's name.
        await RunAsync([Require("mariadb-install-db"), "--no-defaults", "--force", $"--datadir=./{unfinished}", "--auth-root-authentication-method=socket", "--skip-test-db", .. AsRoot()], cancellation);
        Directory.Move(Path.Combine(folder, unfinished), data);
    }

    /// <summary>Another folder with all of this one, while it does not run.</summary>
    internal Task CopyAsync(string other, CancellationToken cancellation) => RunAsync(["cp", "-a", folder, other], cancellation);

    /// <summary>What the server says of itself when it is started only to say it.</summary>
    internal Task<string> RunServerAsync(IEnumerable<string> more, CancellationToken cancellation) => RunAsync([Require("mariadbd"), .. Arguments, .. more], cancellation);

    // All that it said.
    private async Task<string> RunAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        OwnerOnly.MakeFolder(Temporary);
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = folder, Environment = { ["TMPDIR"] = Temporary }, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0 ? await output + await errors : throw new LauncherException($"{command[0]} failed: {await output}{await errors}");
    }

    private StoreConnections Connections(string database, string user) =>
        new(Microsoft.Extensions.Options.Options.Create(new StoreOptions { ConnectionString = ConnectionString(database, user) }));

    private static string Require(string program) => Find(program) ?? throw new LauncherException(
        $"{program} is not installed. On Debian: apt-get install --no-install-recommends mariadb-server-core mariadb-client-core. Or use a server of your own with --store.");

    private async Task WaitUntilItAnswersAsync(CancellationToken cancellation)
    {
        var connections = Connections("mysql", StoreUser.Name);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                connections.GiveBack(await connections.TakeAsync(), healthy: false);
                return;
            }
            catch (Exception e) when (attempt < 300 && BackgroundProcess.IsAlive(Pid) && StoreFaults.Of(e) != StoreFault.Other)
            {
                await Task.Delay(100, cancellation);
            }
            catch (Exception e)
            {
                throw new LauncherException($"MariaDB does not answer; see {Log}.", e);
            }
        }
    }

    private static string[] AsRoot(bool always = false) => always || Environment.UserName == "root" ? ["--user=root"] : [];
}
