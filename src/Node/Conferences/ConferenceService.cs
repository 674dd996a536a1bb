using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Contacts;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Node.Messages;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Conferences;

/// <summary>Responsible for conferences: making them, and who comes and goes. The conversation's row is locked meanwhile, so limits and numbers hold.</summary>
internal sealed class ConferenceService(
    ConferenceStore conferences, ConversationStore members, ConversationService conversations, WritingService writing, MembershipLog lines, ChangeStore changes, ChangeBus bus,
    Store store)
{
    private static readonly Refusal Disabled = new(403, "conferences-disabled", "No conferences", "People may not start conferences here or invite to them. Ask your administrator.");

    private static readonly Refusal NotCreator = new(403, "not-creator", "Not yours", "Only who made the conference may remove others. You may leave it yourself.");

    private static readonly Refusal ClientIdReused = new(409, "client-id-reused", "Client id reused",
        "You have made another conference with this clientId. Make a new UUID for every new conference.");

    /// <summary>The conference, and whether it is new: repeating with the same <c>clientId</c> makes nothing and answers the same.</summary>
    public async Task<Answer<(ConversationView Conversation, bool IsNew)>> CreateAsync(CurrentSession session, CreateConferenceRequest request)
    {
        var (me, options) = (session.AccountId, session.Options.Conferences);
        var title = request.Title?.Trim();
        var checks = CheckPeople(new Checks(), request.UserIds).Line(title, "title", 100)
            .Require(request.Kind == ConversationKind.Conference, "kind", "must be conference.")
            .Require(request.ClientId != Guid.Empty, "clientId", "must be a UUID that you make anew for every conference.");
        if (checks.Refusal is { } invalid) return invalid;
        if (ReadPeople(request.UserIds) is not { } people) return ContactService.UserNotFound;

        // Without an id of the client's own, ours still lets the store try again after an unknown end.
        var clientId = (request.ClientId ?? Guid.NewGuid()).ToByteArray(bigEndian: true);
        var digest = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { title, people = people.Order() }));
        if (request.ClientId is not null && await RepeatAsync(me, clientId, digest) is { } repeated) return repeated;

        var newcomers = ConferencePolicy.Newcomers(people, new HashSet<long> { me });
        if (await WhyNotBringAsync(me, options, newcomers, members: 1) is { } refusal) return refusal;
        try
        {
            var (id, journal) = await store.TransactAsync(async transaction =>
            {
                var made = await conferences.InsertAsync(transaction, me, title is "" ? null : title, clientId, digest);
                return (made, await LetInAsync(transaction, made, [me, .. newcomers]));
            });
            bus.Publish(journal);
            return (await conversations.GetAsync(me, id.ToString())) is { Refusal: null } view ? (view.Value!, true) : Refusal.NotFound;
        }
        catch (DbException e) when (e.IsDuplicate())
        {
            return (await RepeatAsync(me, clientId, digest))!.Value;
        }
    }

    /// <summary>Repeatable: who is in it already stays in it.</summary>
    public async Task<Answer<ConversationView>> InviteAsync(CurrentSession session, string id, InviteRequest request)
    {
        var (me, options) = (session.AccountId, session.Options.Conferences);
        if (CheckPeople(new Checks(), request.UserIds).Refusal is { } invalid) return invalid;
        if (await conversations.FindAsync(me, id) is not { Kind: ConversationKind.Conference } conversation) return Refusal.NotFound;
        if (ReadPeople(request.UserIds) is not { } people) return ContactService.UserNotFound;
        var present = (await members.MemberIdsAsync([conversation.Id]))[conversation.Id].ToHashSet();
        var newcomers = ConferencePolicy.Newcomers(people, present);
        if (await WhyNotBringAsync(me, options, newcomers, members: 0) is { } refusal) return refusal;

        var (whyNot, journal) = await store.TransactAsync<(Refusal?, IReadOnlyList<Change>)>(async transaction =>
        {
            if (await conferences.LockAsync(transaction, conversation.Id) is not { } locked || !locked.Members.Contains(me)) return (Refusal.NotFound, []);
            var still = ConferencePolicy.Newcomers(newcomers, locked.Members);
            if (!ConferencePolicy.Fits(locked.Members.Count, still.Length, options.MaxMembers)) return (Full(options), []);
            return (null, still.Length > 0 ? await LetInAsync(transaction, conversation.Id, still) : []);
        });
        if (whyNot is not null) return whyNot;
        bus.Publish(journal);
        return await conversations.GetAsync(me, id);
    }

    /// <summary>Leaves (<c>me</c>) or removes somebody. The last one to leave ends it.</summary>
    public async Task<Answer<bool>> RemoveAsync(long me, string id, string userId)
    {
        if (Ids.Read(id) is not { } conversation || (userId == "me" ? me : Ids.Read(userId)) is not { } them) return Refusal.NotFound;
        if (await conversations.FindAsync(me, id) is not { Kind: ConversationKind.Conference }) return Refusal.NotFound; // what is locked, nobody writes to: no stranger locks it

        var (verdict, journal) = await store.TransactAsync<(RemovalVerdict, IReadOnlyList<Change>)>(async transaction =>
        {
            if (await conferences.LockAsync(transaction, conversation) is not { } locked) return (RemovalVerdict.NotThere, []);
            var allowed = ConferencePolicy.Removal(me, them, locked.CreatorId, locked.Members);
            return (allowed, allowed == RemovalVerdict.Allowed ? await LetOutAsync(transaction, conversation, them) : []);
        });
        bus.Publish(journal);
        return verdict switch
        {
            RemovalVerdict.Allowed => true,
            RemovalVerdict.NotCreator => NotCreator,
            _ => Refusal.NotFound,
        };
    }

    private static Refusal Full(ConferenceOptions options)
    {
        var most = ConferencePolicy.Most(options.MaxMembers);
        return new Refusal(409, "max-members", "The conference is full", $"A conference may have {most} people here. Invite fewer, or start another one.")
        {
            Limit = new ReachedLimit("conferences.maxMembers", most),
        };
    }

    private static Checks CheckPeople(Checks checks, IReadOnlyList<string> userIds) =>
        checks.Require(userIds.Count <= ConferenceOptions.MostMembers, "userIds", $"may name {ConferenceOptions.MostMembers} people.");

    // Null where somebody cannot be anybody.
    private static long[]? ReadPeople(IReadOnlyList<string> userIds)
    {
        var people = userIds.Select(id => Ids.Read(id)).ToArray();
        return Array.TrueForAll(people, id => id is not null) ? [.. people.Select(id => id!.Value).Distinct()] : null;
    }

    private async Task<Refusal?> WhyNotBringAsync(long me, ConferenceOptions options, long[] newcomers, int members)
    {
        if (!options.Enabled) return Disabled;
        if (await writing.WhyNotBringAsync(me, newcomers) is { } refusal) return refusal;
        return ConferencePolicy.Fits(members, newcomers.Length, options.MaxMembers) ? null : Full(options);
    }

    private async Task<Answer<(ConversationView, bool)>?> RepeatAsync(long me, byte[] clientId, byte[] digest)
    {
        if (await conferences.FindCreatedAsync(me, clientId) is not { } first) return null;
        if (!first.ClientDigest.AsSpan().SequenceEqual(digest)) return ClientIdReused;
        return await conversations.GetAsync(me, first.Id.ToString()) is { Refusal: null } view ? (view.Value!, false) : Refusal.NotFound;
    }

    // What is told: that they are in it now, before the lines that say so.
    private async Task<IReadOnlyList<Change>> LetInAsync(StoreTransaction transaction, long id, long[] people)
    {
        var written = await lines.AppendAsync(transaction, id, MessageKind.Joined, people);
        await members.AddMembersAsync(transaction, id, people, written[0].Seq);
        return [.. await changes.AppendMembersAsync(transaction, id, written[0].Seq, people), .. written];
    }

    private async Task<IReadOnlyList<Change>> LetOutAsync(StoreTransaction transaction, long id, long person)
    {
        var written = await lines.AppendAsync(transaction, id, MessageKind.Left, [person]);
        await members.RemoveMemberAsync(transaction, id, person, written[0].Seq);
        return [.. await changes.AppendMembersAsync(transaction, id, written[0].Seq, [person]), .. written];
    }
}
