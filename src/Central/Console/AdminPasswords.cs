using Microsoft.AspNetCore.Identity;

namespace IntraMessenger.Central.Console;

/// <summary>Responsible for hashing and verifying: as many at once as there are cores, a few waiting, no more.</summary>
internal sealed class AdminPasswords
{
    private const int MostWaiting = 32;

    private readonly PasswordHasher<Admin> _hasher = new();
    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);
    private readonly Lazy<string> _nobody;
    private int _inside;

    public AdminPasswords() => _nobody = new Lazy<string>(() => Hash(Guid.NewGuid().ToString()));

    public string Hash(string password) => _hasher.HashPassword(null!, password);

    /// <summary>
    /// Null where too many wait already. An unknown name costs the same hash as a wrong password: the time does not tell them apart.
    /// </summary>
    public async Task<bool?> VerifyAsync(Admin? admin, string password)
    {
        if (Interlocked.Increment(ref _inside) > MostWaiting)
        {
            Interlocked.Decrement(ref _inside);
            return null;
        }

        await _cores.WaitAsync();
        try
        {
            var hash = admin?.PasswordHash ?? _nobody.Value;
            return await Task.Run(() => _hasher.VerifyHashedPassword(null!, hash, password) != PasswordVerificationResult.Failed) && admin is not null;
        }
        finally
        {
            _cores.Release();
            Interlocked.Decrement(ref _inside);
        }
    }
}
