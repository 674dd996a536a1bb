using System.Data.Common;
using IntraMessenger.Shared.Hosting;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Shared.Store;

/// <summary>Asked immediately before every COMMIT; throws where this program may no longer write (a node whose lease ran out).</summary>
public interface ICommitGuard
{
    void ThrowIfClosed();
}

/// <summary>
/// Responsible for every statement's way to the store: connections, transactions, and the one place that tries again.
/// Statements are not cancelled half-way: what was given to the store is finished.
/// </summary>
public sealed partial class Store(StoreConnections connections, TimeProvider time, ILogger<Store> logger, ICommitGuard? guard = null, StoreMetrics? metrics = null)
{
    /// <summary>A transaction that is older than this when it wants to commit is rolled back and tried again.</summary>
    internal static readonly TimeSpan LongestTransaction = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Any work has ended or failed by now: statements by the server after 10 s, by the driver after 12 s. Where the server stood still
    /// in between, the driver may wait for an answer that never comes. Where there is another server, so long is not waited: a node that was about
    /// to renew its lease has 10 s left.
    /// </summary>
    private readonly TimeSpan _longestWork = TimeSpan.FromSeconds(connections.Servers == 1 ? 30 : 7);

    private const int MostAttempts = 8;

    /// <summary>After this no further attempt begins: whoever asked is told to come again.</summary>
    private static readonly TimeSpan LongestTrying = TimeSpan.FromSeconds(10);

    /// <summary>How many servers the store has: what one of them committed, another may show a little later.</summary>
    public int Servers => connections.Servers;

    /// <summary>Reads, or writes one statement that may be repeated. Throws <see cref="StoreUnavailableException"/>.</summary>
    public Task<T> RunAsync<T>(Func<DbConnection, Task<T>> work) => TryAsync(work);

    public Task RunAsync(Func<DbConnection, Task> work) => TryAsync(async connection =>
    {
        await work(connection);
        return true;
    });

    /// <summary>
    /// Runs <paramref name="work"/> in one READ COMMITTED transaction and commits it, unless it called
    /// <see cref="StoreTransaction.Abandon"/>. The work must be repeatable: after a conflict, and after a connection lost in the
    /// COMMIT (the outcome is unknown), it runs again and must itself find what the first run may have left.
    /// </summary>
    public Task<T> TransactAsync<T>(Func<StoreTransaction, Task<T>> work) => TryAsync(async connection =>
    {
        var transaction = new StoreTransaction(connection, time, guard);
        try
        {
            var result = await work(transaction);
            if (transaction.IsAbandoned) await transaction.RollbackAsync();
            else await transaction.CommitAsync();
            return result;
        }
        catch (Exception e) when (StoreFaults.Of(e) != StoreFault.Lost)
        {
            await transaction.RollbackAsync();
            throw;
        }
    });

    public Task TransactAsync(Func<StoreTransaction, Task> work) => TransactAsync(async transaction =>
    {
        await work(transaction);
        return true;
    });

    private async Task<T> TryAsync<T>(Func<DbConnection, Task<T>> work)
    {
        var startedAt = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var fault = StoreFault.Other;
            DbConnection? connection = null;
            Task<T>? working = null;
            try
            {
                connection = await connections.TakeAsync();
                working = work(connection);
                return await working.WaitAsync(_longestWork, time);
            }
            catch (TimeoutException e) when (working is { IsCompleted: false })
            {
                // Not repeated: the first try may not have ended yet. Who asked is told that the outcome is unknown, as after a lost connection.
                fault = StoreFault.Lost;
                connections.ForgetIdle();
                throw new StoreUnavailableException($"The store has not answered for {_longestWork.TotalSeconds:0} s.", e);
            }
            catch (Exception e) when ((fault = StoreFaults.Of(e)) != StoreFault.Other || connection is null)
            {
                if (e is StoreUnavailableException) throw;
                if (fault == StoreFault.Duplicate) throw;
                if (fault == StoreFault.Lost) connections.ForgetIdle();
                // A lost connection is tried again once, on a fresh one; a store that does not let us in is away.
                var again = fault == StoreFault.Conflict && attempt < MostAttempts && time.GetElapsedTime(startedAt) < LongestTrying || fault == StoreFault.Lost && connection is not null && attempt == 1;
                if (!again) throw new StoreUnavailableException("The store did not take the work: " + e.Message, e) { IsConflict = fault == StoreFault.Conflict };
                metrics?.Repeated(fault);
                Log.TriedAgain(logger, fault, attempt);
            }
            finally
            {
                if (connection is not null) connections.GiveBack(connection, healthy: fault is not (StoreFault.Lost or StoreFault.Refused));
            }

            await Task.Delay(Jitter.Between(TimeSpan.FromMilliseconds(2 * attempt), TimeSpan.FromMilliseconds(12 * attempt)), time);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Debug, "Store: {Fault}, attempt {Attempt} is repeated")]
        public static partial void TriedAgain(ILogger logger, StoreFault fault, int attempt);
    }
}
