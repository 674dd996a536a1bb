using IntraMessenger.Node.Conversations;

namespace IntraMessenger.Node.Conferences;

internal sealed class ConferenceData(ConferenceStore conferences, ConversationStore conversations, ConferenceService service) : IPersonalData
{
    public string Name => "conferences";

    public async Task<object> ExportAsync(long accountId)
    {
        var all = new List<object>();
        foreach (var part in (await conferences.OfAsync(accountId)).Chunk(200))
        {
            all.AddRange((await conversations.FindManyAsync([accountId], part))
                .Select(conference => new { Id = conference.Id.ToString(), conference.Title, CreatedByMe = conference.CreatorId == accountId, conference.FirstSeq }));
        }

        return all;
    }

    public async Task EraseAsync(long accountId)
    {
        foreach (var id in await conferences.OfAsync(accountId)) await service.RemoveAsync(accountId, id.ToString(), "me");
    }
}
