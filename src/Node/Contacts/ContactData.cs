namespace IntraMessenger.Node.Contacts;

internal sealed class ContactData(ContactStore contacts, ContactService service) : IPersonalData
{
    public string Name => "contacts";

    public async Task<object> ExportAsync(long accountId)
    {
        var all = new List<ContactView>();
        for (long after = 0; ;)
        {
            var part = await contacts.ListAsync(accountId, after, 500);
            all.AddRange(part.Select(ContactService.View));
            if (part.Count < 500) return all;
            after = part[^1].PeerId;
        }
    }

    public async Task EraseAsync(long accountId)
    {
        foreach (var other in await contacts.RelatedAsync(accountId)) await service.ForgetAsync(accountId, other);
    }
}
