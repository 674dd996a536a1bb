using System.Reflection;
using IntraMessenger.Node.Access;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Leaving;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;
using IntraMessenger.Shared.Tls;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node;

/// <summary>Responsible for what frames every request of a node: ports, the prefix of its policy set, sessions, problem documents.</summary>
internal static class NodeHosting
{
    public static string Version { get; } = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static void AddNodeDefaults(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<NodeOptions>().Bind(builder.Configuration).ValidateDataAnnotations().ValidateOnStart();
        var local = builder.Configuration.Get<NodeOptions>() ?? new NodeOptions();
        builder.AddTelemetry(new ProgramIdentity("intramessenger-node", local.Name), continuesTraces: true);
        var tls = builder.AddTls();
        if (local.Listen.Length > 0 && local.Management.Length > 0) builder.Listen(local.Listen, local.Management, local.AllowClearText, tls);
        builder.Services.AddOpenApi("v1");
    }

    /// <summary>The pipeline, in the order in which a request passes it.</summary>
    public static void UseNodeDefaults(this WebApplication app)
    {
        _ = app.Services.GetRequiredService<IOptions<NodeOptions>>().Value; // says what is missing before anything listens
        app.UseSpanDetails();
        app.UseTraceTrust(ClientAddress.IsFromTrustedProxy);
        app.UseRefusalMetrics();
        app.UseProblems();
        app.UseBodyLimit();
        app.UsePolicySetPrefix();
        app.UseRouting();
        app.UsePortSeparation();
        app.UseMaintenance();
        app.UseLeaving();
        app.UseServingNode();
        app.UseSessions();
        app.UseEndpoints(_ => { });
        app.MapHealth();
        app.MapMetrics();
    }

    /// <summary>The routes of the public contract, below the prefix of the policy set.</summary>
    public static RouteGroupBuilder MapApi(this WebApplication app)
    {
        app.MapOpenApi("/api/v1/openapi/v1.json").WithoutSession();
        var api = app.MapGroup("/api/v1").AddEndpointFilter<ServingFilter>();
        api.AddEndpointFilter((context, next) =>
        {
            context.HttpContext.Response.Headers.CacheControl = "no-store"; // answers are for who asked
            return next(context);
        });
        api.ProducesProblem(401).ProducesProblem(422).ProducesProblem(503);
        return api;
    }
}
