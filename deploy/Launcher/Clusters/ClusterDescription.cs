namespace IntraMessenger.Launcher.Clusters;

/// <summary>What <c>cluster.json</c> says of a running cluster. Tools and tests read it: members are added, never renamed.</summary>
/// <param name="Gateway">The public base, such as <c>http://localhost:8080</c>; policy sets are below it.</param>
/// <param name="Console">Where administrators sign in.</param>
public sealed record ClusterDescription(
    string Gateway,
    string Console,
    AdminDescription Admin,
    IReadOnlyList<NodeDescription> Nodes,
    ControlDescription Control,
    int GatewayPid,
    string GatewayManagement,
    StoreDescription Store,
    IReadOnlyList<PersonDescription> People,
    BrokerDescription? Broker = null)
{
    /// <summary>Null where no cluster was described in this folder.</summary>
    public static ClusterDescription? Find(string folder) => OwnerOnly.ReadJson<ClusterDescription>(new ClusterFolder(folder).Description);
}

public sealed record AdminDescription(string Username, string Password);

/// <param name="Url">Its own address; it serves below the prefix of its policy set there too.</param>
public sealed record NodeDescription(string Name, string PolicySet, string Url, string Management, int Pid);

public sealed record ControlDescription(string Url, int Pid);

/// <param name="Pid">Null for a server of one's own.</param>
public sealed record StoreDescription(string ConnectionString, int? Pid);

/// <summary>The private RabbitMQ; <paramref name="Uri"/> holds its password.</summary>
public sealed record BrokerDescription(string Uri, int Pid);

public sealed record PersonDescription(string Username, string Password, string PolicySet);
