using IntraMessenger.Node.Access;
using IntraMessenger.Node.Accounts;

namespace IntraMessenger.Node.Profile;

internal static class ProfileFeature
{
    public static IServiceCollection AddProfile(this IServiceCollection services)
    {
        services.AddSingleton<ProfileService>();
        services.AddSingleton<IPersonalData, AccountData>();
        return services;
    }

    public static RouteGroupBuilder MapProfile(this RouteGroupBuilder api)
    {
        api.MapGet("/me", ProfileEndpoints.GetAsync).Produces<AccountView>();
        api.MapPatch("/me", ProfileEndpoints.ChangeAsync).Produces<AccountView>().ProducesProblem(403);
        api.MapPut("/me/password", ProfileEndpoints.ChangePasswordAsync).LimitSignIns().WithExpiredPassword().Produces(204).ProducesProblem(403);
        api.MapDelete("/me", ProfileEndpoints.EraseAsync).Produces(204);
        api.MapGet("/me/export", ProfileEndpoints.ExportAsync).Produces<Dictionary<string, object>>();
        return api;
    }
}
