using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.People;

/// <summary>Contacts that administrators make and remove: where <c>contacts.managedByUser</c> leaves them to them, and anywhere else.</summary>
internal static class ContactPairsFeature
{
    public static IServiceCollection AddContactPairs(this IServiceCollection services) => services.AddSingleton<ContactPairStore>().AddSingleton<ContactPairService>();

    public static void MapContactPairs(this RouteGroupBuilder console)
    {
        console.MapPut("/people/{username}/contacts/{other}", async (string username, string other, ContactPairService pairs) =>
            (await pairs.MakeAsync(username, other)).ToResult(_ => Results.NoContent()));
        console.MapDelete("/people/{username}/contacts/{other}", async (string username, string other, ContactPairService pairs) =>
            (await pairs.RemoveAsync(username, other)).ToResult(_ => Results.NoContent()));
    }
}

/// <summary>Responsible for pairs of people who are contacts because an administrator says so. Limits are for what people do themselves.</summary>
internal sealed class ContactPairService(ContactPairStore pairs)
{
    private static readonly Refusal Blocked = new(409, "contact-blocked", "One blocks the other", "One of the two blocks the other, and only they can take that back.");

    private static readonly Refusal NotActive = new(409, "account-not-active", "Account not active", "Both accounts must be active. Approve or unlock them first.");

    /// <summary>Repeatable.</summary>
    public async Task<Answer<bool>> MakeAsync(string username, string other)
    {
        var (pair, refusal) = await FindAsync(username, other);
        if (refusal is not null) return refusal;
        if (!pair!.AreActive) return NotActive;
        return await pairs.MakeAsync(pair) ? true : Blocked;
    }

    /// <summary>Repeatable. Requests between the two go too; who blocks or refuses the other goes on doing so.</summary>
    public async Task<Answer<bool>> RemoveAsync(string username, string other)
    {
        var (pair, refusal) = await FindAsync(username, other);
        if (refusal is not null) return refusal;
        await pairs.RemoveAsync(pair!);
        return true;
    }

    private async Task<(AccountPair? Pair, Refusal? Refusal)> FindAsync(string username, string other)
    {
        if (await pairs.FindAsync(username, other) is not { } pair) return (null, RoleService.UserNotFound);
        return pair.One == pair.Other ? (null, Refusal.Invalid("other", "is the same person.")) : (pair, null);
    }
}
