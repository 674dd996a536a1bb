using System.Collections.Concurrent;
using Microsoft.AspNetCore.Identity;

namespace IntraMessenger.Ceiling;

/// <summary>Responsible for hashing, on a thread a processor.</summary>
internal sealed class Hashes : IDisposable
{
    private readonly PasswordHasher<object> _hasher = new();
    private readonly BlockingCollection<(string Password, TaskCompletionSource<bool> Done)> _work = [];

    public Hashes()
    {
        var somebody = _hasher.HashPassword(new object(), "correct horse battery");
        for (var i = 0; i < Environment.ProcessorCount; i++)
        {
            new Thread(() =>
            {
                foreach (var (password, done) in _work.GetConsumingEnumerable())
                    done.SetResult(_hasher.VerifyHashedPassword(new object(), somebody, password) != PasswordVerificationResult.Failed);
            })
            { IsBackground = true }.Start();
        }
    }

    public Task<bool> VerifyAsync(string password)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add((password, done));
        return done.Task;
    }

    public void Dispose() => _work.CompleteAdding();
}
