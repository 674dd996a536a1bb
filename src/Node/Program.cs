using IntraMessenger.Node;
using IntraMessenger.Node.Access;
using IntraMessenger.Node.Accounts;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Conferences;
using IntraMessenger.Node.Contacts;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Node.Events;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Leaving;
using IntraMessenger.Node.Messages;
using IntraMessenger.Node.People;
using IntraMessenger.Node.Presence;
using IntraMessenger.Node.Profile;
using IntraMessenger.Node.Reporting;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Node.Settings;
using IntraMessenger.Node.Signals;
using IntraMessenger.Node.Web;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

return await HostingDefaults.RunAsync(() => NodeProgram.Build(NodeProgram.ConfigFile(args)));

internal static class NodeProgram
{
    public static WebApplication Build(string? configFile)
    {
        var builder = HostingDefaults.CreateBuilder(configFile);
        builder.AddNodeDefaults();
        builder.Services.AddStore();
        builder.AddSettings();
        builder.Services.AddAccess().AddLeases().AddChanges().AddSignals().AddPresence().AddAccounts().AddSessions().AddProfile().AddPeople();
        builder.Services.AddContacts().AddConversations().AddMessages().AddConferences().AddEvents().AddLeaving().AddReporting().AddWeb();

        var app = builder.Build();
        app.UseNodeDefaults();
        var api = app.MapApi();
        api.MapOptions().MapAccounts().MapSessions().MapProfile().MapPeople().MapContacts().MapConversations().MapMessages().MapConferences().MapEvents();
        app.MapSignals();
        app.MapWeb();
        return app;
    }

    /// <summary>The value of <c>--config</c>.</summary>
    public static string? ConfigFile(string[] args) => args switch
    {
        [] => null,
        ["--config", var file] => file,
        _ => throw new ArgumentException("Usage: Node --config FILE (environment variables INTRAMESSENGER_... override the file)."),
    };
}
