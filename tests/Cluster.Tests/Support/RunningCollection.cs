using IntraMessenger.Testing;
using Xunit.Abstractions;

namespace IntraMessenger.Cluster.Tests.Support;

/// <summary>Tests on one running cluster.</summary>
[CollectionDefinition(nameof(RunningCollection))]
public sealed class RunningCollection : ICollectionFixture<RunningCluster>;

/// <summary>The same on another one, for tests that mostly wait for leases to end.</summary>
[CollectionDefinition(nameof(WaitingCollection))]
public sealed class WaitingCollection : ICollectionFixture<RunningCluster>;

/// <summary>Tests of faults, on clusters of their own.</summary>
[CollectionDefinition(nameof(FaultCollection))]
public sealed class FaultCollection;

/// <summary>Those that take longest start first; what names no collection is one too.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Short = [nameof(RunningCollection), nameof(FaultCollection), "", nameof(WaitingCollection)];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection => Array.IndexOf(Short, collection.CollectionDefinition is null ? "" : collection.DisplayName))
            .ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);
}
