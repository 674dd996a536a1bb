using IntraMessenger.Launcher;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Faults;

/// <summary>A cluster whose programs reach the store, which has a small disk where one can be made, and each other through relays of this process.</summary>
public sealed class RelayedCluster : IAsyncLifetime
{
    public RunningCluster Cluster { get; } = RunningCluster.With(options => options with { Relayed = true, DiskMegabytes = SmallDisk.WhyNot is null ? 600 : null });

    public Relays Relays => Cluster.Local.Relays!;

    public Task InitializeAsync() => Cluster.InitializeAsync();

    public Task DisposeAsync() => Cluster.DisposeAsync();
}

/// <summary>Tests on one such cluster.</summary>
[CollectionDefinition(nameof(RelayedCollection))]
public sealed class RelayedCollection : ICollectionFixture<RelayedCluster>;
