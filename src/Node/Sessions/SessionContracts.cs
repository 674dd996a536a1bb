using System.Text.Json;
using IntraMessenger.Node.Accounts;

namespace IntraMessenger.Node.Sessions;

internal sealed record SignInRequest(string Username, string Password, ClientDescription? Client = null);

/// <summary>What the client says it is. <c>kind</c> <c>web</c> gets a cookie instead of a token.</summary>
internal sealed record ClientDescription(string? Kind = null, string? Name = null, string? Version = null);

/// <param name="Token">Absent for <c>web</c> clients, which get it as a cookie.</param>
/// <param name="PasswordExpired">Whether nothing may be done but changing the password and signing out.</param>
/// <param name="Status">What this session shows of the person, as it was last told.</param>
internal sealed record SignInAnswer(
    string? Token, DateTime ExpiresAt, bool Created, UserView User, string Node, string PolicySet, string Cursor, IReadOnlyDictionary<string, JsonElement> Options,
    StatusView Status, bool PasswordExpired);

internal sealed record SessionView(string Id, DateTime CreatedAt, DateTime LastSeenAt, DateTime ExpiresAt, bool Current, ClientDescription Client);

internal sealed record ChangeStatusRequest(string Status, string? Reason = null);

internal sealed record StatusView(string Status, string? Reason);
