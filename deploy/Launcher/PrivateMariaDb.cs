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

    /// <summary>For a database of this server, which is reached on loopback only. It holds the password.</summary>
    public string ConnectionString(string database) =>
        $"Server=127.0.0.1;Port={port};User ID={StoreUser.Name};Password={_user.Password};Database={database};SslMode=Disabled";

    /// <summary>Where a program of the MariaDB server is, or null where it is not installed.</summary>
    public static string? Find(string program) => Places.Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists);

    /// <summary>Makes the data folder where there is none, starts the server and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        OwnerOnly.MakeFolder(folder); // nobody else reaches the socket in it
        var data = Path.Combine(folder, "data");
        if (!Directory.Exists(data)) await InstallAsync(data, cancellation);

        Pid = BackgroundProcess.Start(Path.Combine(folder, "mariadb.log"), Require("mariadbd"),
        [
            // The socket is named from inside the data folder: a path to it from the root may be longer than the 107 bytes a socket may have.
            "--no-defaults", $"--datadir={data}", "--socket=../s", $"--pid-file={Path.Combine(folder, "pid")}",
            $"--port={port}", "--bind-address=127.0.0.1", "--skip-name-resolve", $"--init-file={_user.WriteInitFile()}",
            "--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=512M", "--innodb-log-file-size=256M", "--max-connections=500",
            "--character-set-server=utf8mb4", "--max-allowed-packet=64M", .. AsRoot(),
        ]);
        await WaitUntilItAnswersAsync(cancellation);
    }

    public async Task CreateDatabaseAsync(string database)
    {
        var connections = new StoreConnections(Microsoft.Extensions.Options.Options.Create(new StoreOptions { ConnectionString = ConnectionString("mysql") }));
        var connection = await connections.TakeAsync();
        // Looked for first: that it is there already would be a warning, and the driver reads those synchronously.
        if (await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = @database", new { database }) == 0)
            await connection.ExecuteAsync($"CREATE DATABASE `{database}` CHARACTER SET utf8mb4");
        connections.GiveBack(connection, healthy: false);
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
        using var process = Process.Start(new ProcessStartInfo(Require("mariadb-install-db"),
        [
            "--no-defaults", "--force", $"--datadir=./{unfinished}", "--auth-root-authentication-method=socket", "--skip-test-db", .. AsRoot(),
        ])
        { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0) throw new LauncherException($"mariadb-install-db failed: {await output}{await errors}");
        Directory.Move(Path.Combine(folder, unfinished), data);
    }

    private static string Require(string program) => Find(program) ?? throw new LauncherException(
        $"{program} is not installed. On Debian: apt-get install --no-install-recommends mariadb-server-core mariadb-client-core. Or use a server of your own with --store.");

    private async Task WaitUntilItAnswersAsync(CancellationToken cancellation)
    {
        var connections = new StoreConnections(Microsoft.Extensions.Options.Options.Create(new StoreOptions { ConnectionString = ConnectionString("mysql") }));
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
                throw new LauncherException($"MariaDB does not answer; see {Path.Combine(folder, "mariadb.log")}.", e);
            }
        }
    }

    private static string[] AsRoot() => Environment.UserName == "root" ? ["--user=root"] : [];
}
