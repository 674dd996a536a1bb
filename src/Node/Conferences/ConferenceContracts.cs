namespace IntraMessenger.Node.Conferences;

/// <param name="Kind"><c>conference</c>.</param>
/// <param name="ClientId">Made by the client, once a conference: with it creating can be repeated.</param>
internal sealed record CreateConferenceRequest(string Kind, IReadOnlyList<string> UserIds, string? Title = null, Guid? ClientId = null);

internal sealed record InviteRequest(IReadOnlyList<string> UserIds);
