using IntraMessenger.Node.Access;
using IntraMessenger.Shared.Pages;

namespace IntraMessenger.Node.Web;

internal static class WebFeature
{
    public static IServiceCollection AddWeb(this IServiceCollection services) => services.AddSingleton(_ => PageFiles.Of(typeof(WebFeature).Assembly));

    /// <summary>The web page below the prefix of the policy set.</summary>
    public static void MapWeb(this WebApplication app) =>
        app.MapGroup("").WithoutSession().WithoutStore().MapPage(app.Services.GetRequiredService<PageFiles>());
}
