using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Accounts;

/// <summary>A feature that gives something to every new account.</summary>
internal interface INewAccountPart
{
    /// <summary>
    /// In the transaction that makes the account; where it has yet to be approved, in the one that opens its first session. What it journals is
    /// told by the sweep.
    /// </summary>
    Task GiveAsync(StoreTransaction transaction, long accountId);
}
