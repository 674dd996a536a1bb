using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Infrastructure;

[CollectionDefinition(nameof(StoreCollection))]
public sealed class StoreCollection : ICollectionFixture<StoreFixture>;
