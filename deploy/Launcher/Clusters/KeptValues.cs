namespace IntraMessenger.Launcher.Clusters;

/// <summary>Responsible for values that a later start uses again, by name, in an owner-only file.</summary>
internal sealed class KeptValues<T>(string path)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, T> _values = OwnerOnly.ReadJson<SortedDictionary<string, T>>(path) ?? [];

    public bool TryFind(string name, out T value)
    {
        lock (_lock) return _values.TryGetValue(name, out value!);
    }

    public T Keep(string name, T value)
    {
        lock (_lock)
        {
            _values[name] = value;
            OwnerOnly.WriteJson(path, _values);
            return value;
        }
    }
}
