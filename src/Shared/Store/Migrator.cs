using System.Reflection;
using Dapper;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Shared.Store;

/// <summary>
/// Responsible for the schema: applies the numbered files of <c>Migrations</c>, one statement each, once, whoever comes first.
/// A newer schema is accepted: old and new programs run side by side.
/// </summary>
public sealed partial class Migrator(StoreConnections connections, ILogger<Migrator> logger)
{
    private const string LockName = "intramessenger-migrations";

    /// <summary>A change of a large table takes its time.</summary>
    private const int LongestChangeSeconds = 6 * 3600;

    /// <summary>Throws <see cref="StoreUnavailableException"/> where the store is away or another program holds the lock for long.</summary>
    public async Task MigrateAsync()
    {
        var connection = await TakeAsync();
        try
        {
            if (connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase)) await connection.ExecuteAsync("SET SESSION max_statement_time = 0");
            await connection.ExecuteAsync("""
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    number INT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL, applied_at DATETIME(6) NOT NULL
                ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
                """);
            if (await connection.ExecuteScalarAsync<int?>("SELECT GET_LOCK(@LockName, 8)", new { LockName }) != 1)
                throw new StoreUnavailableException("Another program is changing the schema; trying again.");

            var applied = (await connection.QueryAsync<int>("SELECT number FROM schema_migrations")).ToHashSet();
            foreach (var (number, name, sql) in Files().Where(file => !applied.Contains(file.Number) || IsProcedure(file.Name)))
            {
                await connection.ExecuteAsync(sql, commandTimeout: LongestChangeSeconds);
                if (applied.Contains(number)) continue;
                await connection.ExecuteAsync(
                    "INSERT INTO schema_migrations (number, name, applied_at) VALUES (@number, @name, UTC_TIMESTAMP(6))", new { number, name });
                Log.Applied(logger, number, name);
            }

            await connection.ExecuteAsync("DO RELEASE_LOCK(@LockName)", new { LockName });
        }
        catch (Exception e) when (StoreFaults.Of(e) is StoreFault.Lost or StoreFault.Refused)
        {
            throw new StoreUnavailableException("The store cannot be used: " + e.Message, e);
        }
        finally
        {
            connections.GiveBack(connection, healthy: false); // it has settings of its own; closed, it releases its lock too
        }
    }

    private async Task<System.Data.Common.DbConnection> TakeAsync()
    {
        try
        {
            return await connections.TakeAsync();
        }
        catch (Exception e) when (e is not StoreUnavailableException)
        {
            throw new StoreUnavailableException("The store cannot be reached: " + e.Message, e);
        }
    }

    // Made where it is missing at every start: a copy of the store may have been made without procedures.
    private static bool IsProcedure(string name) => name.EndsWith("_procedure", StringComparison.Ordinal);

    internal static IEnumerable<(int Number, string Name, string Sql)> Files()
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string folder = ".Store.Migrations.";
        return from resource in assembly.GetManifestResourceNames()
               let at = resource.IndexOf(folder, StringComparison.Ordinal)
               where at >= 0
               let name = resource[(at + folder.Length)..^".sql".Length]
               orderby name
               select (int.Parse(name[..4]), name, Read(assembly, resource));
    }

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    private static partial class Log
    {
        [LoggerMessage(1010, LogLevel.Information, "Schema: applied {Number} {Name}")]
        public static partial void Applied(ILogger logger, int number, string name);
    }
}
