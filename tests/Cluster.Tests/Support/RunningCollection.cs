using IntraMessenger.Testing;
using Xunit.Abstractions;

namespace IntraMessenger.Cluster.Tests.Support;

/// <summary>Tests on one running cluster.</summary>
[CollectionDefinition(nameof(RunningCollection))]
public sealed class RunningCollection : ICollectionFixture<RunningCluster>;

/// <summary>The same on another one, for tests that mostly wait for leases to end.</summary>
[CollectionDefinition(nameof(WaitingCollection))]
public sealed class WaitingCollection : ICollectionFixture<RunningCluster>;

/// <summary>The waiting ones start first and the rest runs beside them.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection => collection.DisplayName == nameof(WaitingCollection)).ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);
}
