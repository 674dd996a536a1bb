using IntraMessenger.Node.Access;
using IntraMessenger.Node.Leaving;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Sessions;

internal static class SessionsFeature
{
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SessionService>();
        services.AddSingleton<HeldSessions>();
        services.AddSingleton<HoldingService>();
        services.AddSingleton<PlaceStore>();
        services.AddSingleton<PlaceService>();
        services.AddSingleton<IPersonalData, SessionData>();
        services.AddHostedService<ReapAgent>();
        services.AddSingleton<PlaceMonitor>();
        services.AddHostedService(provider => provider.GetRequiredService<PlaceMonitor>());
        services.AddMetrics<SessionMetrics>();
        return services;
    }

    public static RouteGroupBuilder MapSessions(this RouteGroupBuilder api)
    {
        api.MapPost("/session", SessionEndpoints.SignInAsync).WithoutSession().LimitSignIns().TakesClients().UnlessMoved()
            .Produces<SignInAnswer>(201).ProducesProblem(403).ProducesProblem(429);
        api.MapGet("/session", SessionEndpoints.GetAsync).WithExpiredPassword().Produces<SignInAnswer>();
        api.MapDelete("/session", SessionEndpoints.SignOutAsync).WithoutPlace().WithExpiredPassword().Produces(204);
        api.MapGet("/sessions", SessionEndpoints.ListAsync).Produces<ListAnswer<SessionView>>();
        api.MapDelete("/sessions/{id}", SessionEndpoints.EndAsync).WithoutPlace().Produces(204).ProducesProblem(404);
        api.MapPut("/me/status", SessionEndpoints.SetStatusAsync).Produces<StatusView>();
        return api;
    }
}

internal sealed class SessionData(SessionService sessions) : IPersonalData
{
    public string Name => "sessions";

    public async Task<object> ExportAsync(long accountId) => (await sessions.ListAsync(accountId)).Select(session =>
        new { session.CreatedAt, session.LastSeenAt, session.ExpiresAt, session.ClientKind, session.ClientName, session.ClientVersion, session.Address });

    /// <summary>Sessions end last, with the account.</summary>
    public Task EraseAsync(long accountId) => Task.CompletedTask;
}
