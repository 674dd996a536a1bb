using System.Data.Common;
using Dapper;

namespace IntraMessenger.Shared.Store;

/// <summary>One transaction. It begins together with its first statement, so that it costs no round trip of its own.</summary>
public sealed class StoreTransaction(DbConnection connection, TimeProvider time, ICommitGuard? guard)
{
    private readonly long _startedAt = time.GetTimestamp();
    private bool _begun;
    private bool _ended;

    /// <summary>Whether it ends without writing anything.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Ends without writing anything: for a refusal that was found inside.</summary>
    public void Abandon() => IsAbandoned = true;

    public Task<int> ExecuteAsync(string sql, object? parameters = null) => connection.ExecuteAsync(Begun(sql), parameters);

    public Task<IEnumerable<T>> QueryAsync<T>(string sql, object? parameters = null) => connection.QueryAsync<T>(Begun(sql), parameters);

    public Task<T?> QueryFirstOrDefaultAsync<T>(string sql, object? parameters = null) => connection.QueryFirstOrDefaultAsync<T>(Begun(sql), parameters);

    public Task<T> QuerySingleAsync<T>(string sql, object? parameters = null) => connection.QuerySingleAsync<T>(Begun(sql), parameters);

    /// <summary>Several statements that each answer a result set, in one round trip.</summary>
    public async Task<T> QueryAsync<T>(string sql, object? parameters, Func<SqlMapper.GridReader, Task<T>> read)
    {
        await using var results = await connection.QueryMultipleAsync(Begun(sql), parameters);
        return await read(results);
    }

    /// <summary>
    /// A call of a procedure that begins the transaction itself and answers one row: the first thing in it, and one round trip. Where the row
    /// tells so, the procedure has committed it too, and nothing may follow.
    /// </summary>
    public async Task<T> BeginByCallAsync<T>(string sql, object parameters, Func<T, bool> isCommitted)
    {
        if (_begun) throw new InvalidOperationException("The transaction has begun.");
        ThrowIfLate();
        _begun = true;
        var row = await connection.QuerySingleAsync<T>(sql, parameters);
        _ended = isCommitted(row);
        return row;
    }

    /// <summary>
    /// A call of a procedure that is a whole transaction and answers one row. Where the row tells that it was committed nothing may follow; else nothing
    /// was done, and this one has not begun.
    /// </summary>
    public async Task<T> TryByCallAsync<T>(string sql, object parameters, Func<T, bool> isCommitted)
    {
        var row = await BeginByCallAsync(sql, parameters, isCommitted);
        _begun = _ended;
        return row;
    }

    /// <summary>A call of a procedure whose last statement is the COMMIT. Nothing may follow.</summary>
    public async Task CommitByCallAsync(string sql, object parameters)
    {
        ThrowIfLate();
        await connection.ExecuteAsync(sql, parameters);
        _ended = true;
    }

    /// <summary>The last statements and the COMMIT, in one round trip: a program that is stopped meanwhile keeps nothing locked. Nothing may follow.</summary>
    public Task CommitWithAsync(string sql, object parameters) => CommitByCallAsync(Begun(sql) + "; COMMIT", parameters);

    /// <summary>The same, and what <paramref name="answer"/> selects after the COMMIT.</summary>
    public async Task<T> CommitWithAsync<T>(string sql, string answer, object parameters)
    {
        ThrowIfLate();
        var result = await connection.QuerySingleAsync<T>($"{Begun(sql)}; COMMIT; {answer}", parameters);
        _ended = true;
        return result;
    }

    internal async Task CommitAsync()
    {
        if (!_begun || _ended) return;
        ThrowIfLate();
        await connection.ExecuteAsync("COMMIT");
    }

    internal async Task RollbackAsync()
    {
        if (!_begun || _ended) return;
        try
        {
            await connection.ExecuteAsync("ROLLBACK");
        }
        catch (Exception e) when (StoreFaults.Of(e) != StoreFault.Other)
        {
            await connection.CloseAsync(); // the server rolls back what a closed connection left
        }
    }

    private void ThrowIfLate()
    {
        if (time.GetElapsedTime(_startedAt) > Store.LongestTransaction)
            throw new StoreUnavailableException("The transaction took too long and was rolled back.");
        guard?.ThrowIfClosed();
    }

    private string Begun(string sql)
    {
        if (_begun) return sql;
        _begun = true;
        return "START TRANSACTION; " + sql;
    }
}
