using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Central.Tests.Settings;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.People;

/// <summary>What administrators see of accounts, and do with them.</summary>
[Collection(nameof(StoreCollection))]
public sealed class PeopleApiTests(StoreFixture fixture) : IAsyncLifetime
{
    private TestCluster _cluster = null!;
    private HttpClient _admin = null!;

    public async Task InitializeAsync()
    {
        (_cluster, var control) = await TestCluster.StartAsync(fixture);
        _admin = await _cluster.AdminAsync(control);
    }

    public async Task DisposeAsync()
    {
        _admin.Dispose();
        await _cluster.DisposeAsync();
    }

    /// <summary>An account as a node makes it, not used for so many days.</summary>
    private Task<long> AddAsync(string username, string state = "active", int set = 1, int idleDays = 0, string? displayName = null) => _cluster.Store.RunAsync(connection => connection.ExecuteScalarAsync<long>("""
        INSERT INTO accounts (username, username_key, username_skeleton, display_name, password_hash, state, home_set_id, created_at)
        VALUES (@username, LOWER(@username), LOWER(@username), COALESCE(@displayName, @username), '', @state, @set, UTC_TIMESTAMP(6) - INTERVAL @idleDays DAY);
        SET @id = LAST_INSERT_ID();
        INSERT INTO presence (account_id, status, changed_at) VALUES (@id, 9, UTC_TIMESTAMP(6) - INTERVAL @idleDays DAY);
        SELECT @id
        """, new { username, state, set, idleDays, displayName }));

    private Task<int> CountAsync(string sql, object parameters) => _cluster.Store.RunAsync(connection => connection.ExecuteScalarAsync<int>(sql, parameters));

    private async Task<JsonElement> AskAsync(string query) => await _admin.GetFromJsonAsync<JsonElement>("/console/api/people" + query);

    private async Task<string> NamesAsync(string query) => string.Join(' ', (await AskAsync(query)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("username").GetString()));

    private Task<HttpResponseMessage> DoAsync(string username, string what) => _admin.PostAsync($"/console/api/people/{username}/{what}", null);

    private async Task<string> StateAfterAsync(string username, string what)
    {
        using var answer = await DoAsync(username, what);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("state").GetString()!;
    }

    private async Task SaveAsync(string set, string key, object value)
    {
        using var saved = await SettingsApiTests.SaveAsync(_admin, set, new { options = new Dictionary<string, object?> { [key] = value } });
        saved.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task List_FindsByNameAndState_InParts()
    {
        await AddAsync("Anna", displayName: "Zoe");
        await AddAsync("bert", "pending");
        await AddAsync("b_rt", "banned", set: 2);
        await AddAsync("gone", "erased");
        (await NamesAsync("")).ShouldBe("Anna b_rt bert");
        (await NamesAsync("?query=ANN")).ShouldBe("Anna");
        (await NamesAsync("?query=zo")).ShouldBe("Anna");
        (await NamesAsync("?query=b_")).ShouldBe("b_rt");
        (await NamesAsync("?query=nna")).ShouldBe("", "a name begins with what is asked for");
        (await NamesAsync("?state=pending")).ShouldBe("bert");
        await (await _admin.GetAsync("/console/api/people?state=erased")).ShouldBeProblemAsync(422, "invalid");

        var first = await AskAsync("?limit=2");
        first.GetProperty("items").GetArrayLength().ShouldBe(2);
        first.GetProperty("next").GetString().ShouldBe("b_rt");
        var rest = await AskAsync("?limit=2&after=b_rt");
        rest.GetProperty("items")[0].GetProperty("username").GetString().ShouldBe("bert");
        rest.TryGetProperty("next", out _).ShouldBeFalse();
        first.GetProperty("items")[1].GetProperty("policySet").GetString().ShouldBe("b");
    }

    [Fact]
    [Trait("effect", "accounts.outdatedDays")]
    public async Task List_TellsWhoIsOutdatedOrLocked_ByTheRulesOfTheHomeSet()
    {
        await AddAsync("fresh", idleDays: 89);
        var old = await AddAsync("old", idleDays: 90);
        await AddAsync("elsewhere", set: 2, idleDays: 90);
        await AddAsync("present", idleDays: 90);
        await _cluster.Store.RunAsync(connection => connection.ExecuteAsync("UPDATE presence p JOIN accounts a ON a.id = p.account_id SET p.status = 2 WHERE a.username = 'present'"));
        (await NamesAsync("?outdated=true")).ShouldBe("elsewhere old");
        await SaveAsync("b", "accounts.outdatedDays", 0);
        (await NamesAsync("?outdated=true")).ShouldBe("old");
        (await NamesAsync("?outdated=false")).ShouldBe("elsewhere fresh present");

        await SaveAsync("a", "accounts.lockInactiveDays", 90);
        (await NamesAsync("?state=locked")).ShouldBe("old");
        (await StateAfterAsync("old", "unlock")).ShouldBe("active");
        (await NamesAsync("?outdated=true")).ShouldBe("", "times without use count from the unlocking on");
        await SaveAsync("a", "accounts.lockWithoutContactsDays", 80);
        (await NamesAsync("?state=locked")).ShouldBe("fresh present");
        (await CountAsync("SELECT COUNT(*) FROM accounts WHERE id = @old AND state = 'active'", new { old })).ShouldBe(1);
    }

    [Fact]
    public async Task States_ChangeOnlyAsTheyMay()
    {
        await AddAsync("anna", "pending");
        await (await DoAsync("anna", "lock")).ShouldBeProblemAsync(409, "wrong-state");
        await (await DoAsync("anna", "unlock")).ShouldBeProblemAsync(409, "wrong-state");
        (await StateAfterAsync("ANNA", "approve")).ShouldBe("active");
        (await StateAfterAsync("anna", "approve")).ShouldBe("active", "it is done already");
        (await StateAfterAsync("anna", "lock")).ShouldBe("locked");
        await (await DoAsync("anna", "approve")).ShouldBeProblemAsync(409, "wrong-state");
        (await StateAfterAsync("anna", "unlock")).ShouldBe("active");
        (await StateAfterAsync("anna", "ban")).ShouldBe("banned");
        await (await DoAsync("anna", "unlock")).ShouldBeProblemAsync(409, "wrong-state");
        (await StateAfterAsync("anna", "unban")).ShouldBe("active");
        await AddAsync("gone", "erased");
        foreach (var name in new[] { "nobody", "gone" })
            foreach (var what in new[] { "approve", "lock", "unlock", "ban", "unban" }) await (await DoAsync(name, what)).ShouldBeProblemAsync(404, "user-not-found");
    }

    [Theory]
    [InlineData("lock")]
    [InlineData("ban")]
    public async Task LockAndBan_EndEverySessionAndTellNodes(string what)
    {
        var (anna, bert) = (await AddAsync("anna"), await AddAsync("bert"));
        foreach (var (account, set) in new[] { (anna, 1), (anna, 2), (bert, 1) })
        {
            await _cluster.Store.RunAsync(connection => connection.ExecuteAsync("""
                INSERT INTO sessions (token_hash, account_id, policy_set_id, created_at, expires_at, last_seen_at, status)
                VALUES (UNHEX(SHA2(UUID(), 256)), @account, @set, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY, UTC_TIMESTAMP(6), 2)
                """, new { account, set }));
        }

        (await AskAsync("?query=anna")).GetProperty("items")[0].GetProperty("sessions").GetInt32().ShouldBe(2);
        await StateAfterAsync("anna", what);
        (await CountAsync("SELECT COUNT(*) FROM sessions WHERE account_id = @anna", new { anna })).ShouldBe(0);
        (await CountAsync("SELECT COUNT(DISTINCT other_id) FROM changes WHERE kind = 7 AND account_id = @anna", new { anna })).ShouldBe(2);
        (await CountAsync("SELECT COUNT(*) FROM sessions WHERE account_id = @bert", new { bert })).ShouldBe(1);
    }

    [Theory]
    [InlineData("2999-01-01")]
    [InlineData("9999-12-31")]
    public async Task Unlock_EndsALockOfWrongPasswords(string until)
    {
        var anna = await AddAsync("anna");
        await _cluster.Store.RunAsync(connection => connection.ExecuteAsync("UPDATE accounts SET password_errors = 5, sign_in_locked_until = @until WHERE id = @anna", new { anna, until }));
        var found = (await AskAsync("?state=locked")).GetProperty("items")[0];
        (found.TryGetProperty("lockedUntil", out var told) && told.ValueKind != JsonValueKind.Null).ShouldBe(until == "2999-01-01", "where it ends by itself");
        (await StateAfterAsync("anna", "unlock")).ShouldBe("active");
        (await CountAsync("SELECT password_errors + (sign_in_locked_until IS NOT NULL) FROM accounts WHERE id = @anna", new { anna })).ShouldBe(0);
    }

    [Fact]
    public async Task Move_GivesAnotherHomeSet_AndNodesLookAgain()
    {
        var anna = await AddAsync("anna");
        Task<int> VersionAsync() => CountAsync("SELECT holders_version FROM settings_version", new { });
        var before = await VersionAsync();
        Task<HttpResponseMessage> MoveAsync(string username, string policySet) => _admin.PutAsJsonAsync($"/console/api/people/{username}/home", new { policySet });
        using var moved = await MoveAsync("Anna", "b");
        (await moved.JsonAsync()).GetProperty("policySet").GetString().ShouldBe("b");
        (await CountAsync("SELECT home_set_id FROM accounts WHERE id = @anna", new { anna })).ShouldBe(2);
        (await VersionAsync()).ShouldBe(before + 1);
        (await MoveAsync("anna", "b")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await VersionAsync()).ShouldBe(before + 1, "nothing changed");
        (await CountAsync("SELECT seq FROM changes WHERE kind = 9 AND account_id = @anna", new { anna })).ShouldBe(before + 1, "the journal names her");
        await (await MoveAsync("anna", "z")).ShouldBeProblemAsync(422, "invalid");
        await (await MoveAsync("nobody", "b")).ShouldBeProblemAsync(404, "user-not-found");
    }

    [Fact]
    public async Task People_AreForAdministratorsOnly()
    {
        using var anonymous = new HttpClient { BaseAddress = _admin.BaseAddress };
        (await anonymous.GetAsync("/console/api/people")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await anonymous.PostAsync("/console/api/people/anna/lock", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
