using System.Security.Cryptography;

namespace IntraMessenger.Launcher;

/// <summary>
/// Responsible for the users of a private MariaDB that may connect over TCP: one for the programs, and one that may do what no program may,
/// such as write while the server is read-only. Their password is made once and kept in the server's folder,
/// readable by the owner only: every user of this machine reaches a loopback port.
/// </summary>
internal sealed class StoreUser(string folder)
{
    public const string Name = "intramessenger";
    public const string Keeper = "keeper";

    private readonly Lazy<string> _password = new(() => KeptPassword(folder));

    public string Password => _password.Value;

    /// <summary>
    /// What the server carries out at each start before it listens. It also closes a data folder that an earlier version of this launcher
    /// made, with a root that needs no password.
    /// </summary>
    public string WriteInitFile()
    {
        var file = Path.Combine(folder, "init.sql");
        // The server reads one statement a line.
        OwnerOnly.WriteText(file, $"""
            CREATE USER IF NOT EXISTS '{Name}'@'127.0.0.1' IDENTIFIED BY '{Password}';
            ALTER USER '{Name}'@'127.0.0.1' IDENTIFIED BY '{Password}';
            GRANT ALL PRIVILEGES ON *.* TO '{Name}'@'127.0.0.1' WITH GRANT OPTION;
            REVOKE READ ONLY ADMIN ON *.* FROM '{Name}'@'127.0.0.1';
            CREATE USER IF NOT EXISTS '{Keeper}'@'127.0.0.1' IDENTIFIED BY '{Password}';
            ALTER USER '{Keeper}'@'127.0.0.1' IDENTIFIED BY '{Password}';
            GRANT ALL PRIVILEGES ON *.* TO '{Keeper}'@'127.0.0.1';
            ALTER USER IF EXISTS 'root'@'localhost' IDENTIFIED VIA unix_socket;
            DROP USER IF EXISTS 'root'@'127.0.0.1', 'root'@'::1', ''@'localhost';

            """);
        return file;
    }

    private static string KeptPassword(string folder)
    {
        var file = Path.Combine(folder, "password");
        OwnerOnly.MakeFolder(folder);
        if (OwnerOnly.ReadText(file) is { Length: > 0 } kept) return kept;
        var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        OwnerOnly.WriteText(file, made);
        return made;
    }
}
