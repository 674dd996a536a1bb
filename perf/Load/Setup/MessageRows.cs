using Dapper;

namespace IntraMessenger.Load.Setup;

/// <summary>
/// Responsible for a message table that has seen years: fills the conversations of a run up to so many rows, with clientIds that grew with
/// time, as clients make them. Done once; what is there is kept. Uses MariaDB's sequence engine.
/// </summary>
public sealed class MessageRows(string connectionString)
{
    private const int RowsAtOnce = 20_000;
    private const int Lanes = 2;

    /// <param name="talks">The conversations that the rows are spread over.</param>
    /// <param name="rows">In all conversations of the table together.</param>
    /// <param name="say">Is told how many there are.</param>
    /// <param name="cancellation">Leaves it at what is there.</param>
    public async Task FillAsync(IReadOnlyList<Talk> talks, long rows, Action<string> say, CancellationToken cancellation)
    {
        await using var store = new StoreLine(connectionString, Lanes);
        var there = await store.RunAsync(connection => connection.ExecuteScalar<long>("SELECT COALESCE(SUM(last_seq - first_seq + 1), 0) FROM conversations"));
        if (there >= rows) return;

        var missing = (int)Math.Ceiling((rows - there) / (double)talks.Count);
        var progress = there;
        await Parallel.ForEachAsync(talks, new ParallelOptions { MaxDegreeOfParallelism = Lanes, CancellationToken = cancellation }, async (talk, token) =>
        {
            for (var left = missing; left > 0; left -= RowsAtOnce)
            {
                token.ThrowIfCancellationRequested();
                await AppendAsync(store, talk, Math.Min(left, RowsAtOnce));
                say($"{Interlocked.Add(ref progress, Math.Min(left, RowsAtOnce)):N0} of {rows:N0} message rows");
            }
        });
    }

    private static Task AppendAsync(StoreLine store, Talk talk, int count) => store.RunAsync(connection =>
    {
        connection.Execute("SET SESSION max_statement_time = 0, idle_transaction_timeout = 0");
        return connection.Execute($"""
            START TRANSACTION;
            SELECT last_seq INTO @last FROM conversations WHERE id = @id FOR UPDATE;
            SET @at = UTC_TIMESTAMP(6), @ms = ROUND(UNIX_TIMESTAMP(UTC_TIMESTAMP(3)) * 1000);
            INSERT INTO messages (conversation_id, seq, kind, sender_id, client_id, text_digest, text, sent_at)
            SELECT @id, @last + seq, 'text', IF(seq % 2, @first, @second),
                UNHEX(CONCAT(LPAD(HEX(@ms - {count} + seq), 12, '0'), '7', LEFT(MD5(RAND()), 3), '8', SUBSTR(MD5(RAND()), 1, 15))),
                UNHEX(SHA2(CONCAT(@id, '.', @last + seq), 256)),
                RPAD(CONCAT('row ', @last + seq, ' '), 80, 'of a year of talk, '), @at
            FROM seq_1_to_{count};
            UPDATE conversations SET last_seq = last_seq + {count}, changed_at = @at WHERE id = @id;
            UPDATE conversation_members SET read_seq = @last + {count} WHERE conversation_id = @id;
            COMMIT
            """, new { id = talk.Id, first = talk.Members[0], second = talk.Members[1] }, commandTimeout: 600);
    });
}
