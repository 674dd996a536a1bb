namespace IntraMessenger.Launcher;

/// <summary>Where the programs of RabbitMQ and Erlang are.</summary>
/// <param name="Server">The start script of the server.</param>
/// <param name="ErlangPrograms">The folder with <c>erl</c>.</param>
/// <param name="PortMapper">Erlang's <c>epmd</c>.</param>
public sealed record RabbitMqFiles(string Server, string ErlangPrograms, string PortMapper)
{
    /// <summary>Names a folder with Debian's packages unpacked below it; <c>./dev</c> does that where they are not installed.</summary>
    public const string Variable = "INTRAMESSENGER_RABBITMQ";

    /// <summary>The command line of administrators.</summary>
    public string Control => Path.Combine(Path.GetDirectoryName(Server)!, "rabbitmqctl");

    /// <summary>Throws <see cref="LauncherException"/> where they are not installed.</summary>
    public static RabbitMqFiles Require() => Find() ?? throw new LauncherException(
        "RabbitMQ is not installed. ./dev fetches it where it is needed; on Debian also: apt-get install --no-install-recommends rabbitmq-server, which starts a service.");

    /// <summary>Null where they are not installed.</summary>
    public static RabbitMqFiles? Find()
    {
        string?[] roots = [Environment.GetEnvironmentVariable(Variable), "/"];
        return roots.OfType<string>().Where(root => root.Length > 0).Select(Below).FirstOrDefault(files => files is not null);
    }

    private static RabbitMqFiles? Below(string root)
    {
        var programs = Path.Combine(root, "usr/lib/erlang/bin");
        var versions = Path.Combine(root, "usr/lib/rabbitmq/lib");
        var server = !Directory.Exists(versions) ? null
            : Directory.GetDirectories(versions, "rabbitmq_server-*").Order(StringComparer.Ordinal).Select(version => Path.Combine(version, "sbin/rabbitmq-server")).LastOrDefault(File.Exists);
        // The name in bin is a link to the one of the system.
        var mapper = !Directory.Exists(programs) ? null
            : Directory.GetDirectories(Path.Combine(root, "usr/lib/erlang"), "erts-*").Select(version => Path.Combine(version, "bin/epmd")).LastOrDefault(File.Exists);
        return server is null || mapper is null || !File.Exists(Path.Combine(programs, "erl")) ? null : new RabbitMqFiles(server, programs, mapper);
    }
}
