using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Infrastructure;

[CollectionDefinition(nameof(StoreCollection))]
public sealed class StoreCollection : ICollectionFixture<StoreFixture>;

/// <summary>The same with another store, for tests that mostly wait; they run beside the others.</summary>
[CollectionDefinition(nameof(WaitingCollection))]
public sealed class WaitingCollection : ICollectionFixture<StoreFixture>;
