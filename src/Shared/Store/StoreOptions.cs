using System.ComponentModel.DataAnnotations;

namespace IntraMessenger.Shared.Store;

/// <summary>Section <c>store</c> of a program's local file.</summary>
public sealed class StoreOptions
{
    /// <summary>
    /// Where the store is, as an ADO.NET connection string. <c>Server</c> may name several, such as <c>db1:3306,db2,db3</c>: the first that is
    /// ready is used. A secret: never logged.
    /// </summary>
    [Required(ErrorMessage = "store.connectionString is missing: name the MySQL or MariaDB database that the cluster shares.")]
    public string ConnectionString { get; set; } = "";

    /// <summary>The most connections this program opens. All programs together must stay below the server's max_connections.</summary>
    [Range(2, 1000)]
    public int MaxConnections { get; set; } = 40;
}
