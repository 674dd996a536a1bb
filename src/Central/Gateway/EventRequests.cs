using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Central.Gateway;

/// <summary>Responsible for telling event streams and held polls from requests that are to be answered soon.</summary>
internal static class EventRequests
{
    public static bool IsForEvents(this HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && (context.GetRouteValue("rest") as string)?.TrimEnd('/').Equals("api/v1/events", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>How long a client waits for events is no duration of a request; a refusal is.</summary>
    public static void UseHeldRequests(this IReverseProxyApplicationBuilder proxy) => proxy.Use(async (context, next) =>
    {
        await next(context);
        if (context.IsForEvents() && context.Response.StatusCode == StatusCodes.Status200OK) context.IsHeld();
    });
}
