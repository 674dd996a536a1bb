using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Access;

internal static class UseInstead
{
    /// <summary>A call by which somebody comes, refused where <c>sessions.useInstead</c> names another address.</summary>
    public static RouteHandlerBuilder UnlessMoved(this RouteHandlerBuilder route) => route.AddEndpointFilter((context, next) =>
        context.HttpContext.RequestServices.GetRequiredService<IOptionsMonitor<SessionOptions>>().CurrentValue.UseInstead is { Length: > 0 } url
            ? ValueTask.FromResult<object?>(Moved(url).ToResult())
            : next(context));

    private static Refusal Moved(string url) => new(403, "use-instead", "Another address", "Nobody signs in at this address any more. Use the one that 'url' names instead.")
    {
        More = new Dictionary<string, object?> { ["url"] = url },
    };
}
