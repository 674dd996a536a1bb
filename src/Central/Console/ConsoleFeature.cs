using System.Threading.RateLimiting;
using IntraMessenger.Central.People;
using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Pages;
using IntraMessenger.Shared.Telemetry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Central.Console;

/// <summary>What administrators see and change, on the management port only.</summary>
internal static class ConsoleFeature
{
    private const string SignIns = "console sign-ins";

    /// <summary>What making an administrator needs; the command line uses it without the console.</summary>
    public static IServiceCollection AddAdmins(this IServiceCollection services)
    {
        services.TryAddSingleton<AdminStore>();
        services.TryAddSingleton<AdminPasswords>();
        services.TryAddSingleton<AdminService>();
        return services;
    }

    public static IServiceCollection AddConsole(this IServiceCollection services)
    {
        services.AddOptions<ConsoleOptions>().BindConfiguration("console").ValidateDataAnnotations().ValidateOnStart();
        services.AddAdmins();
        services.AddSingleton<ConsoleSessionStore>();
        services.AddSingleton<ConsoleSessionService>();
        services.AddMetrics<NodeMetrics>();
        services.AddAuthorization();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ConsoleSessionHandler>(ConsoleSessionHandler.Name, null);
        services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(SignIns, context => SignInLimit(context));
            limiter.OnRejected = (rejected, _) => new ValueTask(rejected.HttpContext.Response.WriteAsync(TooMany(rejected.HttpContext, rejected.Lease)));
        });
        // The framework tells every missing session at level Information; the answer itself is enough.
        return services.AddLogging(logging => logging.AddFilter(typeof(ConsoleSessionHandler).FullName, LogLevel.Warning));
    }

    /// <summary>Recognises who calls, before anything of the request is read.</summary>
    public static void UseSignedIn(this WebApplication app)
    {
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
    }

    public static WebApplication MapConsole(this WebApplication app)
    {
        app.MapGroup("/console").OnManagementPort().MapPage(PageFiles.Of(typeof(ConsoleFeature).Assembly));
        var console = app.MapGroup("/console/api").OnManagementPort();
        console.MapPost("/session", SessionEndpoints.SignInAsync).RequireRateLimiting(SignIns);

        var signedIn = console.MapGroup("").RequireAuthorization(new AuthorizationPolicyBuilder(ConsoleSessionHandler.Name).RequireAuthenticatedUser().Build());
        signedIn.MapDelete("/session", SessionEndpoints.SignOutAsync);
        signedIn.MapGet("/nodes", NodeEndpoints.List);
        signedIn.MapPost("/nodes/{name}/drain", NodeEndpoints.DrainAsync);
        signedIn.MapPost("/nodes/{name}/undrain", NodeEndpoints.UndrainAsync);
        signedIn.MapGet("/nodes/{name}/settings", NodeSettingsEndpoints.GetAsync);
        CatalogueEndpoints.Map(signedIn);
        PolicySetEndpoints.Map(signedIn, app.Services.GetRequiredService<SettingsService>());
        RoleEndpoints.Map(signedIn);
        PeopleEndpoints.Map(signedIn);
        signedIn.MapContactPairs();
        return app;
    }

    private static RateLimitPartition<string> SignInLimit(HttpContext context)
    {
        var most = Options(context).SignInsPerMinute;
        var address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        return most == 0
            ? RateLimitPartition.GetNoLimiter(address)
            : RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions { PermitLimit = most, Window = TimeSpan.FromMinutes(1) });
    }

    private static Refusal TooMany(HttpContext context, RateLimitLease lease) => Refusal.RateLimited(
        "console.signInsPerMinute", Options(context).SignInsPerMinute,
        lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(1));

    private static ConsoleOptions Options(HttpContext context) => context.RequestServices.GetRequiredService<IOptions<ConsoleOptions>>().Value;
}
