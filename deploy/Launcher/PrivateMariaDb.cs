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

    public int Pid { get; private set; }

    public string Folder => folder;

    /// <summary>For a database of this server; the user has no password and is reached on loopback only.</summary>
    public string ConnectionString(string database) => $"Server=127.0.0.1;Port={port};User ID=root;Database={database};SslMode=Disabled";

    /// <summary>Where a program of the MariaDB server is, or null where it is not installed.</summary>
    public static string? Find(string program) => Places.Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists);

    /// <summary>Makes the data folder where there is none, starts the server and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        var data = Path.Combine(folder, "data");
        if (!Directory.Exists(Path.Combine(data, "mysql"))) await InstallAsync(data, cancellation);

        var server = Find("mariadbd") ?? throw new InvalidOperationException("mariadbd is not installed: install Debian's package mariadb-server-core.");
        Pid = BackgroundProcess.Start(Path.Combine(folder, "mariadb.log"), server,
        [
            // The socket is named from inside the data folder: a path to it from the root may be longer than the 107 bytes a socket may have.
            "--no-defaults", $"--datadir={data}", "--socket=../s", $"--pid-file={Path.Combine(folder, "pid")}",
            $"--port={port}", "--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=1",
            "--innodb-buffer-pool-size=512M", "--innodb-log-file-size=256M", "--max-connections=500", "--character-set-server=utf8mb4",
            "--max-allowed-packet=64M", .. AsRoot(),
        ]);
        await WaitUntilItAnswersAsync(cancellation);
    }

    public async Task CreateDatabaseAsync(string database)
    {
        var connections = new StoreConnections(Microsoft.Extensions.Options.Options.Create(new StoreOptions { ConnectionString = ConnectionString("mysql") }));
        var connection = await connections.TakeAsync();
        await connection.ExecuteAsync($"CREATE DATABASE IF NOT EXISTS `{database}` CHARACTER SET utf8mb4");
        connections.GiveBack(connection, healthy: false);
    }

    /// <summary>A clean stop; waits for it.</summary>
    public Task StopAsync() => BackgroundProcess.StopAsync(Pid, TimeSpan.FromSeconds(30));

    private static async Task InstallAsync(string data, CancellationToken cancellation)
    {
        var install = Find("mariadb-install-db") ?? throw new InvalidOperationException("mariadb-install-db is not installed: install Debian's package mariadb-server-core.");
        Directory.CreateDirectory(data);
        using var process = Process.Start(new ProcessStartInfo(install,
        [
            "--no-defaults", $"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db", .. AsRoot(),
        ]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0) throw new InvalidOperationException($"mariadb-install-db failed: {await output}{await errors}");
    }

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
                throw new InvalidOperationException($"MariaDB does not answer; see {Path.Combine(folder, "mariadb.log")}.", e);
            }
        }
    }

    private static string[] AsRoot() => Environment.UserName == "root" ? ["--user=root"] : [];
}
