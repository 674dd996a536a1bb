using IntraMessenger.Node.Accounts;

namespace IntraMessenger.Node.People;

/// <param name="Status">Only of people who are listed for the one who asks.</param>
internal sealed record PersonView(UserView User, string? Status);
