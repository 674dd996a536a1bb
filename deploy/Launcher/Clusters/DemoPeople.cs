using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;

namespace IntraMessenger.Launcher.Clusters;

/// <summary>Responsible for three people to try the product with; made once, with passwords that are kept.</summary>
internal sealed class DemoPeople(string gateway, KeptValues<string> secrets, ClusterTls? tls)
{
    private static readonly (string Username, string DisplayName, string PolicySet)[] All =
        [("alice", "Alice Martin", "a"), ("bob", "Bob Durand", "b"), ("carol", "Carol Petit", "a")];

    public async Task<IReadOnlyList<PersonDescription>> MakeAsync(IEnumerable<string> policySets, Action<string> say)
    {
        using var http = ClusterTls.Client(tls, 30);
        var made = await Task.WhenAll(All.Where(person => policySets.Contains(person.PolicySet)).Select(person => MakeAsync(http, person, say)));
        return [.. made.OfType<PersonDescription>()];
    }

    private async Task<PersonDescription?> MakeAsync(HttpClient http, (string Username, string DisplayName, string PolicySet) person, Action<string> say)
    {
        var id = $"people/{person.Username}";
        var known = secrets.TryFind(id, out var password);
        if (!known) password = RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 14);

        var status = HttpStatusCode.ServiceUnavailable;
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var response = await http.PostAsJsonAsync(
                $"{gateway}/{person.PolicySet}/api/v1/accounts", new { username = person.Username, password, displayName = person.DisplayName });
            status = response.StatusCode;
            // The opened registration and the first nodes reach every program within a second or so.
            if (status is not (HttpStatusCode.Forbidden or HttpStatusCode.ServiceUnavailable or HttpStatusCode.NotFound or HttpStatusCode.BadGateway)) break;
            if (status == HttpStatusCode.Forbidden && (known || attempt > 20)) break; // an administrator has closed it
            await Task.Delay(100);
        }

        if (status == HttpStatusCode.Created || known && status is HttpStatusCode.Conflict or HttpStatusCode.Forbidden)
            return new PersonDescription(person.Username, secrets.Keep(id, password), person.PolicySet);
        say(status == HttpStatusCode.Conflict
            ? $"{person.Username} exists in this store already; the password is not known here."
            : $"{person.Username} could not be made under /{person.PolicySet}: {(int)status}.");
        return null;
    }
}
