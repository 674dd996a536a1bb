using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Schema;

/// <summary>What was found at the store.</summary>
/// <param name="Number">The newest migration; null where there is no schema yet.</param>
/// <param name="Enrolled">Null where there is no schema yet.</param>
internal sealed record StoreReport(StoreServer Server, int? Number, Enrolled? Enrolled);

/// <summary>Responsible for bringing the schema up to date and for telling what the store is like.</summary>
internal sealed class SchemaService(Migrator migrator, SchemaStore store)
{
    /// <summary>Throws <see cref="StoreUnavailableException"/> where the store is away.</summary>
    public async Task<StoreServer> PrepareAsync()
    {
        await migrator.MigrateAsync();
        return await store.ServerAsync();
    }

    /// <summary>Looks and changes nothing.</summary>
    public async Task<StoreReport> ReportAsync()
    {
        var server = await store.ServerAsync();
        var number = await store.NumberAsync();
        return new(server, number, number is null ? null : await store.EnrolledAsync());
    }
}
