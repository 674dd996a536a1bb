using System.Data.Common;
using MySql.Data.MySqlClient;

namespace IntraMessenger.Shared.Store;

/// <summary>Responsible for naming the database driver: no other file does (docs/adr/0001-store-and-driver.md).</summary>
internal static class Driver
{
    /// <summary>Keys that the driver, loaded without its optional packages, cannot honour: refusing beats ignoring them.</summary>
    private static readonly string[] UnsupportedKeys = ["SslCa", "SslCert", "SslKey", "CertificateFile", "UseCompression"];

    public static DbConnection Create(string connectionString) => new MySqlConnection(connectionString);

    /// <summary>
    /// Adds what the product relies on; one for each server that <c>Server</c> names, in that order. Throws <see cref="ArgumentException"/> with a
    /// sentence for the operator.
    /// </summary>
    public static IReadOnlyList<string> Complete(string connectionString)
    {
        MySqlConnectionStringBuilder builder;
        try
        {
            builder = new MySqlConnectionStringBuilder(connectionString);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or MySqlException)
        {
            throw new ArgumentException($"store.connectionString cannot be read: {e.Message}");
        }

        if (string.IsNullOrEmpty(builder.Server) || string.IsNullOrEmpty(builder.Database))
            throw new ArgumentException("store.connectionString needs at least Server and Database, such as Server=127.0.0.1;Database=intramessenger;User ID=im;Password=...");

        foreach (var key in UnsupportedKeys)
        {
            if (builder.TryGetValue(key, out var value) && value is not (null or "" or false))
                throw new ArgumentException($"store.connectionString has {key}, which is not supported: put the authority into the system's trust store and use SslMode=VerifyCA or VerifyFull.");
        }

        builder.Pooling = false; // StoreConnections pools: it prepares each connection once and does not ping at every use.
        builder.AllowUserVariables = true;
        builder.CharacterSet = "utf8mb4";
        var servers = builder.Server.Split(',', StringSplitOptions.TrimEntries);
        builder.ConnectionTimeout = Math.Min(builder.ConnectionTimeout, servers.Length == 1 ? 5u : 2); // a host that vanishes answers nothing
        builder.DefaultCommandTimeout = 12;
        return [.. servers.Select(server => At(server, builder.ConnectionString))];
    }

    private static string At(string server, string connectionString)
    {
        var builder = new MySqlConnectionStringBuilder(connectionString);
        var colon = server.LastIndexOf(':');
        var hasPort = colon > 0 && (server.IndexOf(':') == colon || server[colon - 1] == ']'); // ::1 has none, [::1]:3306 has one
        if (hasPort && !ushort.TryParse(server.AsSpan(colon + 1), out _) || server.Length == 0)
            throw new ArgumentException("store.connectionString has a Server that cannot be read: name host or host:port, and several with commas between.");
        if (hasPort) builder.Port = ushort.Parse(server.AsSpan(colon + 1));
        builder.Server = (hasPort ? server[..colon] : server).Trim('[', ']');
        return builder.ConnectionString;
    }

    /// <summary>The server's error number, or 0 where the driver itself failed.</summary>
    public static int ErrorNumber(Exception e) => e is MySqlException my ? my.Number : 0;
}
