using System.Collections.Concurrent;
using Microsoft.AspNetCore.Identity;

namespace IntraMessenger.Node.Accounts;

/// <summary>
/// Responsible for hashing: one thread a core, so that a storm of sign-ins leaves the rest of the node its threads, behind a queue of
/// bounded length. PBKDF2-SHA512 of ASP.NET Core.
/// </summary>
internal sealed class PasswordQueue : IDisposable
{
    /// <summary>Hashes that may wait: some 30 s of work for two cores.</summary>
    public const int Capacity = 1_000;

    private static readonly Account Anybody = new();

    private readonly PasswordHasher<Account> _hasher = new();
    private readonly BlockingCollection<Action> _work = new(Capacity);
    private readonly string _nobody;

    public PasswordQueue()
    {
        _nobody = _hasher.HashPassword(Anybody, Guid.NewGuid().ToString());
        for (var i = 0; i < Environment.ProcessorCount; i++) new Thread(Work) { IsBackground = true, Name = "passwords" }.Start();
    }

    /// <summary>What to store for a new password; null where the queue is full.</summary>
    public Task<string>? HashAsync(string password) => EnqueueAsync(() => _hasher.HashPassword(Anybody, password));

    /// <summary>
    /// Whether the password is right; null where the queue is full. Without a hash it takes as long and answers no, so that the time
    /// does not tell whether a name exists.
    /// </summary>
    public Task<bool>? VerifyAsync(string? hash, string password) => EnqueueAsync(() =>
        _hasher.VerifyHashedPassword(Anybody, hash is { Length: > 0 } ? hash : _nobody, password) != PasswordVerificationResult.Failed && hash is { Length: > 0 });

    /// <summary>What nobody works at yet.</summary>
    public int Waiting => _work.Count;

    public void Dispose() => _work.CompleteAdding();

    private Task<T>? EnqueueAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var taken = _work.TryAdd(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return taken ? done.Task : null;
    }

    private void Work()
    {
        foreach (var work in _work.GetConsumingEnumerable()) work();
    }
}
