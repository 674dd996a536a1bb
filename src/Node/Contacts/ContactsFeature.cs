using IntraMessenger.Node.Accounts;
using IntraMessenger.Node.Changes;

namespace IntraMessenger.Node.Contacts;

internal static class ContactsFeature
{
    public static IServiceCollection AddContacts(this IServiceCollection services)
    {
        services.AddSingleton<ContactStore>();
        services.AddSingleton<ContactService>();
        services.AddSingleton<IEventSource, ContactEvents>();
        services.AddSingleton<IPersonalData, ContactData>();
        services.AddSingleton<INewAccountPart, ContactsOfNewAccounts>();
        return services;
    }

    public static RouteGroupBuilder MapContacts(this RouteGroupBuilder api)
    {
        var contacts = api.MapGroup("/contacts").ProducesProblem(403).ProducesProblem(404);
        contacts.MapGet("/", ContactEndpoints.ListAsync).Produces<ListAnswer<ContactView>>();
        contacts.MapPost("/", ContactEndpoints.RequestAsync).Produces<ContactView>(201).Produces<ContactView>().ProducesProblem(409);
        contacts.MapPost("/{userId}/accept", ContactEndpoints.AcceptAsync).Produces<ContactView>().ProducesProblem(409);
        contacts.MapPost("/{userId}/decline", ContactEndpoints.DeclineAsync).Produces(204);
        contacts.MapPost("/{userId}/refuse", ContactEndpoints.RefuseAsync).Produces(204);
        contacts.MapPost("/{userId}/block", ContactEndpoints.BlockAsync).Produces<ContactView>();
        contacts.MapPost("/{userId}/unblock", ContactEndpoints.UnblockAsync).Produces(204);
        contacts.MapPatch("/{userId}", ContactEndpoints.ChangeAsync).Produces<ContactView>();
        contacts.MapDelete("/{userId}", ContactEndpoints.RemoveAsync).Produces(204);
        return api;
    }
}
