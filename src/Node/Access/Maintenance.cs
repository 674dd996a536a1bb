using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Access;

/// <summary>Responsible for serving nobody while <c>sessions.maintenance</c> is on: the page is still there, and the node stays ready.</summary>
internal static class Maintenance
{
    /// <summary>Each client comes back at a moment of its own, so that they ask little meanwhile and do not come all at once afterwards.</summary>
    public static TimeSpan ComeBackAfter => Jitter.Between(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40));

    public static Refusal Refusal => new(503, "maintenance", "Maintenance", "Somebody is working on this service. Come back a little later: nothing is lost.") { RetryAfter = ComeBackAfter };

    public static void UseMaintenance(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptionsMonitor<SessionOptions>>();
        var management = app.Services.GetRequiredService<ManagementPort>().Number;
        app.Use((context, next) => options.CurrentValue.Maintenance && context.Connection.LocalPort != management && context.Request.Path.StartsWithSegments("/api")
            ? context.Response.WriteAsync(Refusal)
            : next(context));
    }
}
