using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace IntraMessenger.Launcher;

/// <summary>
/// Responsible for a RabbitMQ of its own in one folder, with an Erlang port mapper (epmd) of its own: data, settings, password, cookie and log
/// are all there, never the system's, and both listen on loopback only.
/// </summary>
public sealed class PrivateRabbitMq
{
    private const string User = "intramessenger";

    /// <summary>How long a start may take on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _folder;
    private readonly int _port;
    private readonly int _distributionPort;
    private readonly int _mapperPort;
    private readonly string _password;

    public PrivateRabbitMq(string folder, int port, int distributionPort, int mapperPort)
    {
        (_folder, _port, _distributionPort, _mapperPort) = (folder, port, distributionPort, mapperPort);
        OwnerOnly.MakeFolder(folder);
        var file = Path.Combine(folder, "password");
        if (OwnerOnly.ReadText(file) is not { } password) OwnerOnly.WriteText(file, password = RandomNumberGenerator.GetHexString(32, lowercase: true));
        _password = password;
    }

    /// <summary>Names of plugins that it starts with, separated by commas.</summary>
    public string Plugins { get; init; } = "";

    public int Pid { get; private set; }

    /// <summary>Of its epmd.</summary>
    public int MapperPid { get; private set; }

    public string Folder => _folder;

    /// <summary>Where programs connect. It holds the password.</summary>
    public string Uri => $"amqp://{User}:{_password}@127.0.0.1:{_port}";

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        var files = RabbitMqFiles.Require();
        WriteSettings();
        if (!BackgroundProcess.IsAlive(MapperPid)) StartMapper(files);
        // Erlang passes over a flag that it does not know: command lines tell whose a process is.
        Pid = BackgroundProcess.Start(Log, files.Server, ["-intramessenger", _folder], Environment(files));
        await WaitUntilItAnswersAsync(cancellation);
    }

    /// <summary>What an operator does with <c>rabbitmqctl</c>; its output.</summary>
    public async Task<string> ControlAsync(params string[] arguments)
    {
        var files = RabbitMqFiles.Require();
        var start = new ProcessStartInfo(files.Control, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Environment(files)) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new LauncherException($"rabbitmqctl {arguments[0]} failed: {await output}{await errors}");
    }

    /// <summary>A clean stop of the server alone; waits for it.</summary>
    public Task StopServerAsync() => BackgroundProcess.StopAsync(Pid, TimeSpan.FromSeconds(20));

    /// <summary>A clean stop of all; waits for it.</summary>
    public async Task StopAsync()
    {
        await StopServerAsync();
        await BackgroundProcess.StopAsync(MapperPid, TimeSpan.FromSeconds(5));
    }

    /// <summary><c>kill -9</c>, and waits until it is gone.</summary>
    public Task KillAsync() => BackgroundProcess.KillAsync(Pid);

    /// <summary>What the epmd of the server in this folder is started as.</summary>
    internal static string MapperIn(string folder) => Path.Combine(folder, "epmd");

    private string Log => Path.Combine(_folder, "rabbitmq.log");

    private void WriteSettings()
    {
        OwnerOnly.WriteText(Path.Combine(_folder, "rabbitmq.conf"), $"""
            listeners.tcp.1 = 127.0.0.1:{_port}
            default_user = {User}
            default_pass = {_password}
            disk_free_limit.absolute = 100MB
            log.console.level = warning

            """);
        OwnerOnly.WriteText(Path.Combine(_folder, "enabled_plugins"), $"[{Plugins}].\n");
    }

    private void StartMapper(RabbitMqFiles files)
    {
        // Started by a name below our folder, so that its command line tells whose it is.
        var link = MapperIn(_folder);
        File.Delete(link);
        File.CreateSymbolicLink(link, files.PortMapper);
        MapperPid = BackgroundProcess.Start(Log, link, ["-address", "127.0.0.1", "-port", $"{_mapperPort}"]);
    }

    private Dictionary<string, string> Environment(RabbitMqFiles files) => new()
    {
        ["PATH"] = $"{files.ErlangPrograms}:{System.Environment.GetEnvironmentVariable("PATH")}",
        ["HOME"] = _folder, // the cookie is there
        ["ERL_EPMD_PORT"] = $"{_mapperPort}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RUNNING_UNDER_SYSTEMD"] = "true", // the start script then becomes the server instead of waiting for it
        ["RABBITMQ_NODENAME"] = $"intramessenger-{_port}@localhost",
        ["RABBITMQ_DIST_PORT"] = $"{_distributionPort}",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "rabbitmq"),
        ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(_folder, "advanced"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "enabled_plugins"),
        ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "data"),
        ["RABBITMQ_GENERATED_CONFIG_DIR"] = Path.Combine(_folder, "generated"),
        ["RABBITMQ_LOG_BASE"] = _folder,
        ["RABBITMQ_LOGS"] = "-",
        ["RABBITMQ_PID_FILE"] = Path.Combine(_folder, "pid"),
    };

    private async Task WaitUntilItAnswersAsync(CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync(_port, cancellation))
        {
            if (!BackgroundProcess.IsAlive(Pid) || TimeProvider.System.GetElapsedTime(started) > Patience) throw new LauncherException($"RabbitMQ does not answer; see {Log}.");
            await Task.Delay(100, cancellation);
        }
    }

    /// <summary>Whether somebody speaks AMQP at this port.</summary>
    internal static async Task<bool> AnswersAsync(int port, CancellationToken cancellation = default)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
            await client.GetStream().WriteAsync("AMQP\0\0\x09\x01"u8.ToArray(), cancellation);
            return await client.GetStream().ReadAsync(new byte[1], cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(5), cancellation) == 1;
        }
        catch (Exception e) when (e is SocketException or IOException or TimeoutException)
        {
            return false;
        }
    }
}
