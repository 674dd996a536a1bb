using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Accounts;

/// <summary>A feature that gives something to every new account.</summary>
internal interface INewAccountPart
{
    /// <summary>In the transaction that makes the account. What it journals is told by the sweep.</summary>
    Task MadeAsync(StoreTransaction transaction, long accountId);
}
