using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Sessions;

namespace IntraMessenger.Node.Events;

/// <summary>Responsible for ending the streams of sessions that are this node's no more: one that is gone was signed out, one that another life holds has moved there.</summary>
internal sealed class SessionCheck(EventHub hub, SessionService sessions, NodeLease lease)
{
    public async Task RunAsync(IEnumerable<long> sessionIds)
    {
        var hosted = sessionIds.Select(hub.Find).OfType<HostedSession>().Distinct().ToArray();
        if (hosted.Length == 0) return;
        var holders = await sessions.HoldersAsync([.. hosted.Select(session => session.Session.Id)]);
        foreach (var session in hosted)
        {
            if (!holders.TryGetValue(session.Session.Id, out var holder)) hub.End(session, Ending.SignedOut);
            // Where it was taken up again after a stall, it may still name the life before.
            else if (holder is not null && holder != session.LifeId && holder != lease.LifeId) hub.End(session, Ending.Replaced);
        }
    }
}
