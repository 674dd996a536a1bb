namespace IntraMessenger.Node.Tests.Accounts;

/// <summary>What administrators do with accounts in the store, as nodes notice it.</summary>
public sealed class AccountStateTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    [Theory]
    [InlineData("locked", "account-locked")]
    [InlineData("banned", "banned")]
    public async Task Account_LockedOrBanned_IsSignedOutEverywhereWithinASweep(string state, string code)
    {
        var (alice, bob) = (await nodes.A1.SignUpAsync("alice"), await nodes.A1.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        var conversation = await alice.OpenAsync(bob);
        await using var stream = await EventReader.OpenAsync(alice, alice.Cursor);
        await nodes.Cluster.ExecuteAsync("""
            UPDATE accounts SET state = @state WHERE id = @Id;
            INSERT INTO changes (at, kind, account_id, other_id) SELECT c.now, 7, s.account_id, s.id FROM store_clock c JOIN sessions s ON s.account_id = @Id;
            DELETE FROM sessions WHERE account_id = @Id
            """, new { alice.Id, state });
        (await alice.SendAsync(conversation, "after all")).IsProblem(401, "no-session");
        var last = "";
        while (await stream.ReadAsync() is { } next) last = next.Type;
        last.ShouldBe("signedOut");
        (await nodes.A2.SignInAsync(alice.Username)).IsProblem(403, code);
        await Eventually.HoldsAsync(async () => await bob.StatusOfAsync(alice) == "offline", "and is not there for others either");
    }
}
