using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Console;

/// <summary>Responsible for signing administrators in and out.</summary>
internal sealed class ConsoleSessionService(AdminStore admins, AdminPasswords passwords, ConsoleSessionStore sessions)
{
    private const int LifetimeHours = 12;

    private static readonly Refusal InvalidCredentials = new(401, "invalid-credentials", "Invalid credentials", "Name or password is wrong. Check both and try again.");
    private static readonly Refusal TooManyAtOnce = Refusal.Busy("Too many people sign in at this moment. Repeat the request soon.");

    public async Task<Answer<SignedIn>> SignInAsync(SignIn wanted)
    {
        if (SignInErrors(wanted) is { Count: > 0 } errors) return Refusal.Invalid(errors);
        var admin = await admins.FindAsync(wanted.Username);
        var right = await passwords.VerifyAsync(admin, wanted.Password);
        if (right is null) return TooManyAtOnce;
        if (!right.Value) return InvalidCredentials;

        var token = Secrets.New();
        return new SignedIn(token, await sessions.AddAsync(Secrets.Hash(token), admin!.Id, LifetimeHours));
    }

    public Task<ConsoleSession?> FindAsync(string token) => sessions.FindAsync(Secrets.Hash(token));

    public Task SignOutAsync(ConsoleSession session) => sessions.EndAsync(session.TokenHash);

    private static Dictionary<string, string[]> SignInErrors(SignIn wanted)
    {
        var errors = new Dictionary<string, string[]>();
        if (wanted.Username.Length is 0 or > 64) errors["username"] = ["must have 1 to 64 characters."];
        if (wanted.Password.Length is 0 or > AdminService.LongestPassword) errors["password"] = [$"must have 1 to {AdminService.LongestPassword} characters."];
        return errors;
    }
}
