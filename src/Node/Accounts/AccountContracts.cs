namespace IntraMessenger.Node.Accounts;

/// <summary>A person as others see them.</summary>
internal sealed record UserView(string Id, string Username, string DisplayName);

/// <param name="Code">Where <c>accounts.registrationCode</c> asks for one.</param>
internal sealed record CreateAccountRequest(string Username, string Password, string? DisplayName = null, string? Code = null);

internal sealed record AccountView(string Id, string Username, string DisplayName, string State)
{
    public static AccountView Of(Account account) => new(account.Id.ToString(), account.Username, account.DisplayName, account.State);
}
