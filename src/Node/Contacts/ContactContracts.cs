using IntraMessenger.Node.Accounts;

namespace IntraMessenger.Node.Contacts;

/// <summary>One of <paramref name="Username"/> and <paramref name="UserId"/> says whom.</summary>
internal sealed record RequestContactRequest(string? Username = null, string? UserId = null, string? Text = null);

/// <summary>Members that are absent stay as they are; an empty alias or label removes it.</summary>
internal sealed record ChangeContactRequest(string? Alias = null, string? Label = null, bool? Vip = null, bool? HiddenFrom = null);

/// <param name="State">As the owner of the list sees it: requested, pending, accepted, blocked.</param>
/// <param name="Status">Offline unless both accepted.</param>
internal sealed record ContactView(UserView User, string State, string Status, string? Text, string? Alias, string? Label, bool Vip, bool HiddenFrom);

/// <summary>The payload of a <c>contact</c> event.</summary>
internal sealed record ContactEvent(ContactView Contact);

/// <summary>The payload of a <c>contactRemoved</c> event.</summary>
internal sealed record ContactRemovedEvent(string UserId);
