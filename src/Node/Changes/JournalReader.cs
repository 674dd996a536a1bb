namespace IntraMessenger.Node.Changes;

/// <summary>
/// Responsible for reading every row of the journal once, although rows become visible out of the order of their ids: an id that is left
/// out is asked for again until no transaction can be alive that has it. What is read is what is new, whatever the journal holds.
/// Where several servers number the rows most ids are left out for good, and a late row may come anywhere between: there, what can be seen is
/// compared with what was read.
/// </summary>
internal sealed class JournalReader(ChangeStore changes, TimeProvider time)
{
    /// <summary>More than the longest transaction may live, so that what was written before and committed late is still found.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    private const int MostAtOnce = 1_000;

    /// <summary>More ids than these left out at once: it costs less to read the time of the overlap again.</summary>
    private const int MostMissing = 20_000;

    private readonly Dictionary<long, long> _missing = [];
    private readonly Dictionary<long, long> _read = [];
    private bool _isCompared;
    private long _comparedAfter;
    private long _lastId = -1;

    /// <summary>From the next read on everything of the last <see cref="Overlap"/> is read again: after a stall, or where the store was set back.</summary>
    public void StartAgain() => _lastId = -1;

    /// <summary>What became visible since the last read, in parts.</summary>
    public async IAsyncEnumerable<List<JournalRow>> ReadAsync(JournalEnd end, DateTime since)
    {
        if (_lastId < 0 || end.LastId < _lastId || _missing.Count > MostMissing || _isCompared != end.Numberers > 1)
        {
            _missing.Clear();
            _read.Clear();
            _isCompared = end.Numberers > 1;
            _lastId = -1;
            var known = new List<long>();
            await foreach (var part in changes.SinceAsync(since, MostAtOnce))
            {
                known.AddRange(part.Select(row => row.Id));
                yield return part;
            }

            known.Sort();
            // Not just from the first one: some before it may not be committed yet.
            _lastId = known.Count > 0 ? Math.Clamp(await changes.LastBeforeAsync(since), Math.Max(0, known[0] - MostAtOnce), known[0] - 1) : end.LastId;
            _comparedAfter = _lastId;
            foreach (var id in known) Count(id);
            yield break;
        }

        var left = _isCompared ? (await changes.IdsAsync(_comparedAfter, _lastId)).Where(id => !_read.ContainsKey(id)) : _missing.Keys;
        foreach (var ids in left.Chunk(MostAtOnce).ToArray())
        {
            var late = await changes.FindAsync(ids);
            foreach (var row in late) Found(row.Id);
            if (late.Count > 0) yield return late;
        }

        for (var more = true; more;)
        {
            var rows = await changes.AfterAsync(_lastId, MostAtOnce);
            foreach (var row in rows) Count(row.Id);
            if (rows.Count > 0) yield return rows;
            more = rows.Count == MostAtOnce;
        }

        var over = time.GetTimestamp() - (long)(Overlap.TotalSeconds * time.TimestampFrequency);
        foreach (var (id, missedAt) in _missing.ToArray())
        {
            if (missedAt < over) _missing.Remove(id);
        }

        foreach (var (id, readAt) in _read.Where(one => one.Value < over).ToArray())
        {
            _read.Remove(id);
            _comparedAfter = Math.Max(_comparedAfter, id);
        }
    }

    private void Count(long id)
    {
        Found(id);
        if (!_isCompared && id - _lastId <= MostMissing) // never so many at once but where numbers were skipped
        {
            for (var left = _lastId + 1; left < id; left++) _missing.TryAdd(left, time.GetTimestamp());
        }

        _lastId = Math.Max(_lastId, id);
    }

    private void Found(long id)
    {
        _missing.Remove(id);
        if (_isCompared) _read[id] = time.GetTimestamp();
    }
}
