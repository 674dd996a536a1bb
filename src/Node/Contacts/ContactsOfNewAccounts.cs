using IntraMessenger.Node.Accounts;
using IntraMessenger.Node.Changes;
using IntraMessenger.Shared.Options;
using IntraMessenger.Shared.Store;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Contacts;

/// <summary>Responsible for the contacts that every new account gets (<c>contacts.autoAdd</c>). Limits are for what people do themselves.</summary>
internal sealed class ContactsOfNewAccounts(ContactStore contacts, ChangeStore changes, IOptionsMonitor<ContactOptions> options) : INewAccountPart
{
    public async Task GiveAsync(StoreTransaction transaction, long accountId)
    {
        var names = options.CurrentValue.AutoAdd.Select(name => Usernames.Read(name).Name?.Key).OfType<string>().ToArray();
        if (names.Length == 0) return;
        var others = await contacts.BefriendAsync(transaction, accountId, names);
        if (others.Count > 0) await changes.AppendAsync(transaction, ChangeKind.Contact, [.. others.SelectMany(other => new[] { (accountId, other, 0L), (other, accountId, 0L) })]);
    }
}
