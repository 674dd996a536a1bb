namespace IntraMessenger.Node.Accounts;

/// <summary>A person as others see them.</summary>
internal sealed record UserView(string Id, string Username, string DisplayName);

internal sealed record CreateAccountRequest(string Username, string Password, string? DisplayName = null);

internal sealed record AccountView(string Id, string Username, string DisplayName, string State)
{
    public static AccountView Of(Account account) => new(account.Id.ToString(), account.Username, account.DisplayName, account.State);
}
