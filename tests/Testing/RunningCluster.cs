using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Shared.Store;
using Microsoft.AspNetCore.Identity;
using Xunit;

namespace IntraMessenger.Testing;

/// <summary>A whole cluster of real processes with two nodes of <c>a</c> (3 contacts, 50 people) and one of <c>b</c> (20, 200).</summary>
public sealed class RunningCluster : IAsyncLifetime
{
    public const string Password = "correct horse battery";

    private static readonly Lazy<string> Hash = new(() => new PasswordHasher<object>().HashPassword(new object(), Password));

    private readonly string _folder = Directory.CreateTempSubdirectory("im-cluster-").FullName;
    private int _people;

    public RunningCluster()
        : this(options => options)
    {
    }

    private RunningCluster(Func<ClusterOptions, ClusterOptions> adapt) => Local = new LocalCluster(adapt(ClusterOptions.OnFreePorts(_folder) with { Demo = false }));

    /// <summary>One whose programs get these environment variables.</summary>
    public static RunningCluster With(IReadOnlyDictionary<string, string> environment) => With(options => options with { Environment = environment });

    /// <summary>Another one.</summary>
    public static RunningCluster With(Func<ClusterOptions, ClusterOptions> adapt) => new(adapt);

    public LocalCluster Local { get; }

    public Member A1 => Local["node-a1"];

    public Member A2 => Local["node-a2"];

    public Member B1 => Local["node-b1"];

    public Store Store { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Local.StartAsync();
        Store = StoreFixture.Store(Local.ConnectionString);
    }

    public async Task DisposeAsync()
    {
        await Local.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Where the clients of a policy set reach it: <c>http://.../a</c>.</summary>
    public string Gateway(string set) => $"{Local.Gateway}/{set}";

    public static string At(Member node) => $"{node.Url}/{node.PolicySet}";

    /// <summary>Everything runs again, nobody is connected, no contact is left.</summary>
    public async Task ResetAsync()
    {
        foreach (var member in Local.Members.Where(member => !member.IsAlive)) member.Start();
        foreach (var member in Local.Members) await member.WaitUntilReadyAsync(TimeSpan.FromSeconds(60));
        await Local.WaitUntilRoutedAsync();
        // After a start of everything, leases are judged as they stood before: what is tested here begins when that is over.
        await Eventually.HoldsAsync(() => Store.RunAsync(connection => connection.ExecuteScalarAsync<bool>("SELECT now = lease_now FROM store_clock")), "the end of the grace", 30);
        foreach (var table in new[] { "DELETE FROM sessions", "DELETE FROM places", "UPDATE place_counters SET taken = 0", "UPDATE presence SET status = 9", "DELETE FROM contacts" })
            await Store.RunAsync(connection => connection.ExecuteAsync(table));
    }

    /// <summary>People with real accounts and a real hash, which they share: hashing for each would be what takes the time.</summary>
    public async Task<Person[]> PeopleAsync(int count, params string[] addresses)
    {
        var names = Enumerable.Range(0, count).Select(_ => $"person{Interlocked.Increment(ref _people)}").ToArray();
        foreach (var part in names.Chunk(200))
        {
            await Store.TransactAsync(async transaction =>
            {
                foreach (var name in part)
                {
                    await transaction.ExecuteAsync("""
                        INSERT INTO accounts (username, username_key, username_skeleton, display_name, password_hash, state, home_set_id, created_at)
                        VALUES (@name, @name, @name, @name, @hash, 'active', 1, UTC_TIMESTAMP(6));
                        INSERT INTO presence (account_id, status, changed_at) VALUES (LAST_INSERT_ID(), 9, UTC_TIMESTAMP(6));
                        INSERT INTO contact_lists (account_id) VALUES ((SELECT id FROM accounts WHERE username_key = @name))
                        """, new { name, hash = Hash.Value });
                }
            });
        }

        return [.. names.Select((name, i) => new Person(name, Password, addresses[i % addresses.Length]))];
    }

    /// <summary>The same, signed in.</summary>
    public async Task<Person[]> SignedInAsync(int count, params string[] addresses)
    {
        var people = await PeopleAsync(count, addresses);
        await Task.WhenAll(people.Select(async person => Person.Require(await person.SignInAsync(), 201)));
        return people;
    }

    /// <summary>Once every node of <c>a</c> tells this limit of contacts to who comes.</summary>
    public async Task InForceAsync(int contacts)
    {
        using var http = new HttpClient();
        foreach (var node in new[] { A1, A2 })
        {
            await Eventually.HoldsAsync(async () => (await http.GetFromJsonAsync<JsonElement>($"{At(node)}/api/v1/options")).GetProperty("options").GetProperty("contacts.max").GetInt32() == contacts,
                $"{contacts} is in force on {node.Name}");
        }
    }

    public Task<int> PlacesAsync(string set) => Store.RunAsync(connection => connection.ExecuteScalarAsync<int>(
        "SELECT COUNT(*) FROM places p JOIN policy_sets s ON s.id = p.policy_set_id WHERE s.set_key = @set", new { set }));

    public Task<bool> HasPlaceAsync(Person person) => Store.RunAsync(async connection =>
        await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM places WHERE account_id = @id", new { id = long.Parse(person.Id) }) > 0);

    /// <summary>The node that holds a session of this person, as soon as one does: a page shows what it fetched before its first event request is there.</summary>
    public async Task<Member> HolderAsync(string personId)
    {
        string? name = null;
        await Eventually.HoldsAsync(async () => (name = await Store.RunAsync(connection => connection.ExecuteScalarAsync<string>("""
            SELECT n.name FROM sessions s JOIN node_lives l ON l.id = s.life_id JOIN nodes n ON n.id = l.node_id WHERE s.account_id = @personId
            """, new { personId }))) is not null, "A node that holds the session");
        return Local[name!];
    }

    /// <summary>The id of an account.</summary>
    public async Task<string> IdOfAsync(string username) =>
        (await Store.RunAsync(connection => connection.ExecuteScalarAsync<long>("SELECT id FROM accounts WHERE username_key = @username", new { username }))).ToString();
}
