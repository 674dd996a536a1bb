namespace IntraMessenger.Load.Clients;

/// <summary>Somebody of a run. With a token the client goes on with that session; else it signs in.</summary>
public sealed record LoadIdentity(long AccountId, string Username, string Password, string? Token = null);
