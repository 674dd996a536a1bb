namespace IntraMessenger.Node.Profile;

/// <summary>Members that are absent stay as they are.</summary>
internal sealed record ChangeProfileRequest(string? DisplayName = null);

internal sealed record ChangePasswordRequest(string Current, string New);
