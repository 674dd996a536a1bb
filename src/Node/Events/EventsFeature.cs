using IntraMessenger.Node.Access;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Leaving;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Events;

internal static class EventsFeature
{
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddSingleton<EventHub>();
        services.AddSingleton<SessionCheck>();
        services.AddSingleton<MessageFeed>();
        services.AddMetrics<EventMetrics>();
        services.AddSingleton<Handover>();
        services.AddSingleton<EventReplay>();
        services.AddSingleton<EventService>();
        services.AddSingleton<EventPoll>();
        services.AddSingleton<EventStream>();
        services.AddHostedService<SessionKeeper>();
        services.AddSingleton<ChangedPeople>();
        services.AddSingleton<IEventSource>(provider => provider.GetRequiredService<ChangedPeople>());
        services.AddHostedService<OptionsAgent>();
        services.AddHostedService<ChangeDispatcher>();
        return services;
    }

    public static RouteGroupBuilder MapEvents(this RouteGroupBuilder api)
    {
        api.MapGet("/events", EventEndpoints.Get).WithOwnPlace().TakesClients().Produces<EventsAnswer>().ProducesProblem(429);
        return api;
    }
}

/// <summary>The answer of a long poll, as the API description shows it.</summary>
internal sealed record EventsAnswer(IReadOnlyList<object> Events, string Cursor);
