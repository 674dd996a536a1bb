using IntraMessenger.Node.Tests.Messages;
using IntraMessenger.Node.Tests.Signals;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("IntraMessenger.Node.Tests.Driver.LongestFirst", "Node.Tests")]

namespace IntraMessenger.Node.Tests.Driver;

/// <summary>The classes that take longest start first: one that came last would be waited for alone.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = [nameof(SlowNodeTests), nameof(RabbitMqSignalsTests)];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection => Long.Any(name => collection.DisplayName.EndsWith("." + name, StringComparison.Ordinal)));
}
