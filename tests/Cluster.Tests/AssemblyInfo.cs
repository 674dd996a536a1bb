// Two lanes: what waits for leases to end takes minutes and hardly a core; the rest runs beside it.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly, MaxParallelThreads = 2)]
[assembly: TestCollectionOrderer("IntraMessenger.Cluster.Tests.Support.LongestFirst", "Cluster.Tests")]
