using IntraMessenger.Node.Access;

namespace IntraMessenger.Node.Web;

internal static class WebFeature
{
    public static IServiceCollection AddWeb(this IServiceCollection services) => services.AddSingleton(_ => PageFiles.OfThisProgram());

    /// <summary>The web page below the prefix of the policy set: every file of it is a route, and nothing else is.</summary>
    public static void MapWeb(this WebApplication app)
    {
        foreach (var file in app.Services.GetRequiredService<PageFiles>().All)
            app.MapMethods("/" + file.Path, ["GET", "HEAD"], context => PageEndpoint.AnswerAsync(context, file)).WithoutSession().WithoutStore().ExcludeFromDescription();
    }
}
