using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Leaving;

/// <summary>
/// Responsible for whether this node lets its people go: because an administrator wants it so, until they want it otherwise, or because it
/// is being stopped.
/// </summary>
internal sealed class Drain(TimeProvider time) : IReadiness
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource _told = NewSignal();
    private DateTimeOffset? _since;
    private bool _isStopping;

    public bool IsOn => Since is not null;

    public DateTimeOffset? Since
    {
        get { lock (_lock) return _since; }
    }

    /// <summary>Completes when <see cref="IsOn"/> changes: then control is told at once.</summary>
    public Task NextChange
    {
        get { lock (_lock) return _changed.Task; }
    }

    /// <summary>Completes when control knows of the drain that is on.</summary>
    public Task Told
    {
        get { lock (_lock) return _told.Task; }
    }

    public string? NotReadyBecause => IsOn ? "This node is draining: it takes no new clients." : null;

    public object? Facts => Since is { } since ? new { draining = new { since } } : null;

    /// <summary>What control says that an administrator wants. A node that is being stopped lets people go whatever it says.</summary>
    public void Want(bool isOn)
    {
        lock (_lock)
        {
            if (isOn == _since is not null || _isStopping) return;
            _since = isOn ? time.GetUtcNow() : null;
            _told = NewSignal();
            Signal();
        }
    }

    /// <summary>The node is being stopped.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopping = true;
            if (_since is not null) return;
            _since = time.GetUtcNow();
            Signal();
        }
    }

    /// <summary>Control took a heartbeat that said whether this node is draining.</summary>
    public void WasTold(bool isOn)
    {
        lock (_lock)
        {
            if (isOn && _since is not null) _told.TrySetResult();
        }
    }

    private void Signal()
    {
        _changed.SetResult();
        _changed = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
