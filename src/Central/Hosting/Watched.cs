namespace IntraMessenger.Central.Hosting;

/// <summary>An immutable value that is swapped at once: readers never lock, and any number of waiters cost one task.</summary>
internal sealed class Watched<T> where T : class
{
    private volatile State _state = new(null);

    /// <summary>Null until the first value is there.</summary>
    public T? Current => _state.Value;

    /// <summary>Ends when the value is swapped. Take it before reading <see cref="Current"/>, or a change in between is missed.</summary>
    public Task Changed => _state.Swapped.Task;

    public void Swap(T value) => Interlocked.Exchange(ref _state, new State(value)).Swapped.SetResult();

    private sealed record State(T? Value)
    {
        public TaskCompletionSource Swapped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
