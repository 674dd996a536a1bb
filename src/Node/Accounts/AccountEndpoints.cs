using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Accounts;

internal static class AccountEndpoints
{
    public static async Task<IResult> CreateAsync(CreateAccountRequest request, AccountService accounts) =>
        (await accounts.CreateAsync(request)).ToResult(account => Results.Json(AccountView.Of(account), statusCode: 201));
}
