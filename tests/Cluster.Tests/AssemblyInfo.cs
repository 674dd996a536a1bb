// What waits for leases to end takes minutes and hardly a core; the rest runs beside it, two at a time.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly, MaxParallelThreads = 3)]
[assembly: TestCollectionOrderer("IntraMessenger.Cluster.Tests.Support.LongestFirst", "Cluster.Tests")]
