// One cluster and one browser for all: two tests at once would measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
