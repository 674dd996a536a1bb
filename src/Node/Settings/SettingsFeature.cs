using System.Text.Json;
using IntraMessenger.Node.Access;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using IntraMessenger.Shared.Telemetry;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Settings;

internal static class SettingsFeature
{
    public static void AddSettings(this WebApplicationBuilder builder)
    {
        var source = new SettingsConfiguration();
        ((IConfigurationBuilder)builder.Configuration).Add(source);

        var services = builder.Services;
        services.AddControlClient();
        services.AddSingleton(source);
        services.AddSingleton(provider => new LastGoodFile<SettingsDocument>(
            Path.Combine(provider.GetRequiredService<IOptions<NodeOptions>>().Value.Data, "settings.json"),
            provider.GetRequiredService<ILogger<SettingsAgent>>()));
        services.AddSingleton<SettingsAgent>();
        services.AddSingleton<PolicySet>();
        services.AddSingleton<PeopleRules>();
        services.AddSingleton<LocalOptions>();
        services.AddSingleton<ICommonTags>(provider => provider.GetRequiredService<PolicySet>());
        services.AddMetrics<SettingsMetrics>();
        services.AddSingleton<IReadiness, SettingsReadiness>();
        services.AddHostedService(provider => provider.GetRequiredService<SettingsAgent>());

        services.AddSection<AccountOptions>("accounts", source);
        services.AddSection<ContactOptions>("contacts", source);
        services.AddSection<SessionOptions>("sessions", source);
        services.AddSection<MessageOptions>("messages", source);
        services.AddSection<ConferenceOptions>("conferences", source);
        services.AddSection<LimitOptions>("limits", source);
        services.AddSection<DirectoryOptions>("directory", source);
        services.AddSection<PresenceOptions>("presence", source);
        services.AddSection<ProfileOptions>("profile", source);
        services.AddSection<PermissionOptions>("permissions", source);
        services.AddSection<LookOptions>("look", source);
    }

    private static void AddSection<T>(this IServiceCollection services, string section, SettingsConfiguration source) where T : class
    {
        services.AddOptions<T>().BindConfiguration(section).ValidateDataAnnotations();
        // The binder adds to the default of an array; the list that Central composed replaces it.
        services.PostConfigure<T>(options => source.FillLists(section, options));
    }

    /// <summary>What a client may know before anybody has signed in, such as whether accounts can be made.</summary>
    public static RouteGroupBuilder MapOptions(this RouteGroupBuilder api)
    {
        api.MapGet("/options", (PolicySet set, SettingsAgent settings, IOptionsMonitor<AccountOptions> accounts) =>
            new OptionsView(set.Required.Key, settings.ClientOptions, accounts.CurrentValue.RegistrationCode.Length > 0)).WithoutSession();
        return api;
    }

    /// <summary>
    /// Everything public is below the prefix of the policy set, which Central decides. The management port has no prefix.
    /// </summary>
    public static void UsePolicySetPrefix(this WebApplication app)
    {
        var set = app.Services.GetRequiredService<PolicySet>();
        var management = app.Services.GetRequiredService<ManagementPort>().Number;
        app.Use((context, next) =>
        {
            if (context.Connection.LocalPort == management) return next(context);
            if (set.Current is not { } current) return context.Response.WriteAsync(Refusal.Busy("This node is still waiting for its settings. Repeat the request soon."));
            if (!context.Request.Path.StartsWithSegments("/" + current.Prefix, StringComparison.OrdinalIgnoreCase, out var matched, out var rest))
                return context.Response.WriteAsync(Refusal.NotFound);
            context.Request.PathBase = context.Request.PathBase.Add(matched);
            context.Request.Path = rest;
            return next(context);
        });
    }
}

/// <param name="Options">Those that clients are told, by key.</param>
/// <param name="NeedsRegistrationCode">Whether making an account takes a code.</param>
internal sealed record OptionsView(string PolicySet, IReadOnlyDictionary<string, JsonElement> Options, bool NeedsRegistrationCode);
