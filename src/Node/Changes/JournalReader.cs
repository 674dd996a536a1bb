namespace IntraMessenger.Node.Changes;

/// <summary>
/// Responsible for reading every row of the journal once, although rows become visible out of the order of their ids: an id that is left
/// out is asked for again until no transaction can be alive that has it. What is read is what is new, whatever the journal holds.
/// </summary>
internal sealed class JournalReader(ChangeStore changes, TimeProvider time)
{
    /// <summary>More than the longest transaction may live, so that what was written before and committed late is still found.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    private const int MostAtOnce = 1_000;

    /// <summary>More ids than these left out at once: it costs less to read the time of the overlap again.</summary>
    private const int MostMissing = 20_000;

    private readonly Dictionary<long, long> _missing = [];
    private long _lastId = -1;

    /// <summary>From the next read on everything of the last <see cref="Overlap"/> is read again: after a stall, or where the store was set back.</summary>
    public void StartAgain() => _lastId = -1;

    /// <summary>What became visible since the last read, in parts.</summary>
    public async IAsyncEnumerable<List<JournalRow>> ReadAsync(JournalEnd end, DateTime since)
    {
        if (_lastId < 0 || end.LastId < _lastId || _missing.Count > MostMissing)
        {
            _missing.Clear();
            _lastId = -1;
            var known = new List<long>();
            await foreach (var part in changes.SinceAsync(since, MostAtOnce))
            {
                known.AddRange(part.Select(row => row.Id));
                yield return part;
            }

            known.Sort();
            _lastId = known.Count > 0 ? known[0] : end.LastId;
            foreach (var id in known) Count(id, end.Step);
            _lastId = Math.Max(_lastId, known.Count > 0 ? known[^1] : end.LastId);
            yield break;
        }

        foreach (var ids in _missing.Keys.Chunk(MostAtOnce).ToArray())
        {
            var late = await changes.FindAsync(ids);
            foreach (var row in late) _missing.Remove(row.Id);
            if (late.Count > 0) yield return late;
        }

        for (var more = true; more;)
        {
            var rows = await changes.AfterAsync(_lastId, MostAtOnce);
            foreach (var row in rows) Count(row.Id, end.Step);
            if (rows.Count > 0) yield return rows;
            more = rows.Count == MostAtOnce;
        }

        var over = time.GetTimestamp() - (long)(Overlap.TotalSeconds * time.TimestampFrequency);
        foreach (var (id, missedAt) in _missing.ToArray())
        {
            if (missedAt < over) _missing.Remove(id);
        }
    }

    // A cluster of stores counts in steps; after another member of it became the writer the remainder differs, and every id counts.
    private void Count(long id, long step)
    {
        if (id <= _lastId) return;
        var stride = (id - _lastId) % step == 0 ? step : 1;
        if ((id - _lastId) / stride > MostMissing) stride = id - _lastId; // never so many at once but where numbers were skipped
        for (var left = _lastId + stride; left < id; left += stride) _missing.TryAdd(left, time.GetTimestamp());
        _lastId = id;
    }
}
