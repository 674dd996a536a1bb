using System.Net;
using Dapper;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.People;

[Collection(nameof(StoreCollection))]
public sealed class ContactPairTests(StoreFixture fixture)
{
    private static async Task PersonAsync(TestCluster cluster, string name, string state = "active") => await cluster.Store.RunAsync(connection => connection.ExecuteAsync("""
        INSERT INTO accounts (username, username_key, username_skeleton, display_name, password_hash, state, home_set_id, created_at)
        VALUES (@name, LOWER(@name), LOWER(@name), @name, '', @state, 1, UTC_TIMESTAMP(6));
        INSERT INTO contact_lists (account_id) VALUES (LAST_INSERT_ID())
        """, new { name, state }));

    private static Task SayAsync(TestCluster cluster, string owner, string peer, int state) => cluster.Store.RunAsync(connection => connection.ExecuteAsync("""
        INSERT INTO contacts (owner_id, peer_id, state) SELECT o.id, p.id, @state FROM accounts o, accounts p WHERE o.username = @owner AND p.username = @peer
        """, new { owner, peer, state }));

    private static async Task<string> ListedAsync(TestCluster cluster, string table) => string.Join(" ", await cluster.Store.RunAsync(connection => connection.QueryAsync<string>(table switch
    {
        "contacts" => "SELECT CONCAT(o.username, '>', p.username, ':', c.state) FROM contacts c JOIN accounts o ON o.id = owner_id JOIN accounts p ON p.id = peer_id ORDER BY 1",
        _ => "SELECT CONCAT(o.username, '>', p.username) FROM changes c JOIN accounts o ON o.id = account_id JOIN accounts p ON p.id = other_id WHERE c.kind = 5 ORDER BY c.id",
    })));

    [Fact]
    public async Task Pair_MadeByAnAdministrator_IsAcceptedOnBothSidesAndJournaledOnce()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var admin = await cluster.AdminAsync(control);
        foreach (var name in new[] { "Ann", "Ben", "Cleo" }) await PersonAsync(cluster, name);
        await SayAsync(cluster, "Ben", "Ann", 1);
        await SayAsync(cluster, "Ann", "Ben", 2);
        await SayAsync(cluster, "Ann", "Cleo", 3);
        await SayAsync(cluster, "Cleo", "Ann", 3);
        await cluster.Store.RunAsync(connection => connection.ExecuteAsync("""
            INSERT INTO conversations (kind, low_id, high_id, first_seq, last_seq, changed_at) SELECT 'direct', MIN(id), MAX(id), 1, 0, UTC_TIMESTAMP(6) FROM accounts WHERE username IN ('Ann', 'Ben')
            """));

        for (var again = 0; again < 2; again++)
        {
            using var made = await admin.PutAsync("/console/api/people/ann/contacts/BEN", null);
            made.StatusCode.ShouldBe(HttpStatusCode.NoContent, await made.Content.ReadAsStringAsync());
        }

        (await ListedAsync(cluster, "contacts")).ShouldBe("Ann>Ben:3 Ann>Cleo:3 Ben>Ann:3 Cleo>Ann:3");
        (await ListedAsync(cluster, "changes")).Split(' ').ShouldBe(["Ann>Ben", "Ben>Ann"], ignoreOrder: true);
        (await VersionAsync()).ShouldBe(1, "who may write there is judged anew");

        for (var again = 0; again < 2; again++) (await admin.DeleteAsync("/console/api/people/Ben/contacts/Ann")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ListedAsync(cluster, "contacts")).ShouldBe("Ann>Cleo:3 Cleo>Ann:3");
        (await ListedAsync(cluster, "changes")).Split(' ').Length.ShouldBe(4);
        (await VersionAsync()).ShouldBe(2);

        Task<long> VersionAsync() => cluster.Store.RunAsync(connection => connection.ExecuteScalarAsync<long>("SELECT rights_version FROM conversations"));
    }

    [Fact]
    public async Task Pair_ThatMayNotBe_IsRefused()
    {
        var (cluster, control) = await TestCluster.StartAsync(fixture);
        await using var _ = cluster;
        using var admin = await cluster.AdminAsync(control);
        foreach (var name in new[] { "Ann", "Ben", "Cleo" }) await PersonAsync(cluster, name);
        await PersonAsync(cluster, "Dan", "locked");
        await SayAsync(cluster, "Ben", "Ann", 4);
        await SayAsync(cluster, "Cleo", "Ann", 5);
        await SayAsync(cluster, "Ann", "Cleo", 1);

        await (await admin.PutAsync("/console/api/people/Ann/contacts/Ben", null)).ShouldBeProblemAsync(409, "contact-blocked");
        await (await admin.PutAsync("/console/api/people/Ann/contacts/Dan", null)).ShouldBeProblemAsync(409, "account-not-active");
        await (await admin.PutAsync("/console/api/people/Ann/contacts/ann", null)).ShouldBeProblemAsync(422, "invalid");
        await (await admin.PutAsync("/console/api/people/Ann/contacts/nobody", null)).ShouldBeProblemAsync(404, "user-not-found");
        (await admin.DeleteAsync("/console/api/people/Ann/contacts/Ben")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await admin.DeleteAsync("/console/api/people/Ann/contacts/Cleo")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ListedAsync(cluster, "contacts")).ShouldBe("Ben>Ann:4 Cleo>Ann:5", "who blocks or refuses goes on doing so");
        using var anonymous = control.Client();
        await (await anonymous.PutAsync("/console/api/people/Ann/contacts/Cleo", null)).ShouldBeProblemAsync(401, "no-session");
    }
}
