using IntraMessenger.Node.Access;
using IntraMessenger.Node.Leaving;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Accounts;

internal static class AccountsFeature
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<PasswordQueue>();
        services.AddMetrics<AccountMetrics>();
        services.AddSingleton<AccountStore>();
        services.AddSingleton<AccountService>();
        return services;
    }

    public static RouteGroupBuilder MapAccounts(this RouteGroupBuilder api)
    {
        api.MapPost("/accounts", AccountEndpoints.CreateAsync).WithoutSession().LimitSignIns().TakesClients().UnlessMoved().Produces<AccountView>(201).ProducesProblem(403).ProducesProblem(409);
        return api;
    }
}
