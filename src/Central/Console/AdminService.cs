using IntraMessenger.Central.Enrolment;
using IntraMessenger.Shared.Cluster;

namespace IntraMessenger.Central.Console;

/// <summary>Responsible for making administrators.</summary>
internal sealed class AdminService(AdminStore store, AdminPasswords passwords)
{
    public const int ShortestPassword = 10;
    public const int LongestPassword = 256;

    /// <param name="username">The name.</param>
    /// <param name="chosen">The password that the operator chose; null: one is made.</param>
    /// <param name="renew">Whether the password of an existing administrator may be replaced.</param>
    public async Task<IssuedSecret> AddAsync(string username, string? chosen, bool renew)
    {
        if (IssuedSecret.WhyNotNamed(username) is { } wrong) return wrong;
        if (chosen is not null && chosen.Length is < ShortestPassword or > LongestPassword)
            return new(null, $"The password has {chosen.Length} characters; it must have {ShortestPassword} to {LongestPassword}.");
        var password = chosen ?? Secrets.New();
        return await store.PutAsync(username, passwords.Hash(password), renew)
            ? new(password)
            : new(null, $"There is an administrator '{username}' already. Use --renew to issue a new password; the old one and its sessions then end.", Exists: true);
    }
}
