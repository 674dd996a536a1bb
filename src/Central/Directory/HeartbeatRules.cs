using IntraMessenger.Shared.Contracts;

namespace IntraMessenger.Central.Directory;

/// <summary>Responsible for judging what a node tells: a gateway is to use it, and the console to show it.</summary>
internal static class HeartbeatRules
{
    private const int LongestUrl = 200;
    private const int LongestName = 64;
    private const int LongestReason = 2_000;

    /// <summary>The same with no more of its reasons than is kept: for them alone nothing else of it is lost.</summary>
    public static Heartbeat Shortened(Heartbeat heartbeat) => heartbeat.Refused is { } refused ? heartbeat with { Refused = Reasons.Shortened(refused, LongestReason) } : heartbeat;

    /// <summary>What is wrong, by field; empty where nothing is.</summary>
    public static Dictionary<string, string[]> Errors(Heartbeat heartbeat)
    {
        var errors = new Dictionary<string, string[]>();
        if (!IsAddress(heartbeat.Url)) errors["url"] = [$"must be an http(s) address of {LongestUrl} characters at the most, such as http://10.0.0.2:8090."];
        if (!IsAddress(heartbeat.ManagementUrl)) errors["managementUrl"] = [$"must be an http(s) address of {LongestUrl} characters at the most, such as http://10.0.0.2:8091."];
        if (!IsText(heartbeat.Region, LongestName)) errors["region"] = [TooLong(LongestName)];
        if (!IsText(heartbeat.Version, LongestName)) errors["version"] = [TooLong(LongestName)];
        if (!IsText(heartbeat.AppliedETag, LongestUrl)) errors["appliedETag"] = [TooLong(LongestUrl)];
        if (heartbeat.Sessions < 0) errors["sessions"] = ["must be 0 or more."];
        if (heartbeat.Catalogue < 1) errors["catalogue"] = ["must be 1 or more."];
        return errors;
    }

    private static bool IsAddress(string url) =>
        url.Length <= LongestUrl && Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0;

    private static bool IsText(string? text, int longest) => text is null || text.Length <= longest && !text.Any(char.IsControl);

    private static string TooLong(int longest) => $"must have {longest} characters at the most, without control characters.";
}
