using System.Security.Cryptography;
using IntraMessenger.Central.Hosting;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace IntraMessenger.Central.Gateway;

/// <summary>
/// Responsible for picking a node: the one with the highest hash of session token and node, so that the requests of a session meet on
/// one node, through any gateway, and only a lost node's sessions move. Without a token, the less busy of two.
/// An optimisation: no request needs it to be correct.
/// </summary>
internal sealed class RendezvousPolicy : ILoadBalancingPolicy
{
    public const string PolicyName = "Rendezvous";
    private const string SessionCookie = "im_session";

    public string Name => PolicyName;

    public DestinationState? PickDestination(HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations) =>
        availableDestinations.Count switch
        {
            0 => null,
            1 => availableDestinations[0],
            _ when TokenOf(context.Request) is { } token => Highest(token, availableDestinations),
            _ => LessBusyOfTwo(availableDestinations),
        };

    private static string? TokenOf(HttpRequest request) => Bearer.Of(request) ?? request.Cookies[SessionCookie];

    private static DestinationState Highest(string token, IReadOnlyList<DestinationState> destinations)
    {
        var start = StableHash.Add(StableHash.Start, token);
        return destinations.MaxBy(destination => StableHash.Finish(StableHash.Add(start, destination.DestinationId)))!;
    }

    private static DestinationState LessBusyOfTwo(IReadOnlyList<DestinationState> destinations)
    {
        var first = RandomNumberGenerator.GetInt32(destinations.Count);
        var second = (first + 1 + RandomNumberGenerator.GetInt32(destinations.Count - 1)) % destinations.Count;
        return destinations[first].ConcurrentRequestCount <= destinations[second].ConcurrentRequestCount ? destinations[first] : destinations[second];
    }
}
