using System.Data.Common;

namespace IntraMessenger.Launcher.Clusters;

/// <summary>Responsible for the same store being reached elsewhere: its connection string with other addresses, in the same order.</summary>
internal static class StoreAddresses
{
    /// <param name="connectionString">Of one server, or of several on this machine.</param>
    /// <param name="elsewhere">Host and port instead of a port of loopback.</param>
    public static string Move(string connectionString, Func<int, (string Host, int Port)> elsewhere)
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var usual = parts.TryGetValue("Port", out var given) ? int.Parse(given.ToString()!) : 3306;
        var moved = parts["Server"].ToString()!.Split(',').Select(server => elsewhere(server.Split(':') is [_, var own] ? int.Parse(own) : usual));
        parts.Remove("Port");
        parts["Server"] = string.Join(',', moved.Select(at => $"{at.Host}:{at.Port}"));
        return parts.ConnectionString;
    }
}
