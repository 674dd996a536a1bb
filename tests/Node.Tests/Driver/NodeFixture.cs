namespace IntraMessenger.Node.Tests.Driver;

/// <summary>For a class of tests: two nodes of the policy set a and one of b, on one database, with room for everybody.</summary>
public sealed class NodeFixture : IAsyncLifetime
{
    internal TestCluster Cluster { get; private set; } = null!;
    internal TestNode A1 { get; private set; } = null!;
    internal TestNode A2 { get; private set; } = null!;
    internal TestNode B1 { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Cluster = await TestCluster.StartAsync();
        A2 = await Cluster.StartNodeAsync("a");
        B1 = await Cluster.StartNodeAsync("b");
        A1 = await Cluster.StartNodeAsync("a");
    }

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}
