using IntraMessenger.Node.Accounts;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Profile;

internal static class ProfileEndpoints
{
    public static async Task<IResult> GetAsync(CurrentSession session, ProfileService profiles) =>
        (await profiles.GetAsync(session.AccountId)).ToResult(account => Results.Ok(AccountView.Of(account)));

    public static async Task<IResult> ChangeAsync(ChangeProfileRequest request, CurrentSession session, ProfileService profiles) =>
        (await profiles.ChangeAsync(session, request)).ToResult(account => Results.Ok(AccountView.Of(account)));

    public static async Task<IResult> ChangePasswordAsync(ChangePasswordRequest request, CurrentSession session, ProfileService profiles) =>
        (await profiles.ChangePasswordAsync(session.AccountId, session.Id, request)).ToResult(_ => Results.NoContent());

    public static async Task<IResult> EraseAsync(CurrentSession session, ProfileService profiles)
    {
        await profiles.EraseAsync(session.AccountId, session.Id);
        return Results.NoContent();
    }

    public static async Task<IResult> ExportAsync(CurrentSession session, ProfileService profiles) =>
        Results.Ok(await profiles.ExportAsync(session.AccountId));
}
