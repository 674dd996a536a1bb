using IntraMessenger.Central.Enrolment;
using IntraMessenger.Central.Hosting;
using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Directory;

internal static class DirectoryEndpoints
{
    public static async Task<IResult> HeartbeatAsync(HttpContext context, Heartbeat heartbeat, DirectoryService directory, SettingsService settings, SettingsLag lag)
    {
        var node = context.CallingNode();
        if (heartbeat.Catalogue is null) heartbeat = heartbeat with { Catalogue = settings.CatalogueAsked(node.Id) ?? directory.Current?.Nodes.GetValueOrDefault(node.Id)?.Facts?.Catalogue };
        lag.Heard(node, heartbeat);
        return (await directory.HearAsync(node, heartbeat)).ToResult(Results.Ok);
    }

    public static Task<IResult> GetAsync(HttpContext context, DirectoryService directory, ConditionalGet get, int wait = 0) =>
        get.AnswerAsync(context, wait, directory.Changed, directory.Read);
}
