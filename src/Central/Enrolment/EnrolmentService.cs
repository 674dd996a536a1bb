using IntraMessenger.Shared.Cluster;

namespace IntraMessenger.Central.Enrolment;

/// <summary>Responsible for making nodes and gateways known: each gets a key once, and only its hash is kept.</summary>
internal sealed class EnrolmentService(EnrolmentStore store)
{
    public async Task<IssuedSecret> NodeAsync(string name, string set, bool renew)
    {
        if (IssuedSecret.WhyNotNamed(name) is { } wrong) return wrong;
        var sets = (await store.PolicySetKeysAsync()).ToArray();
        if (!sets.Contains(set)) return new(null, $"There is no policy set '{set}'. There are: {string.Join(", ", sets)}.");
        if (renew && await store.ServedByLivingAsync(name) is { } served && served != set)
            return new(null, $"Node '{name}' lives and serves {served}: stop it first, then enrol it for {set}.");
        var key = Secrets.New("imn_");
        return await store.PutNodeAsync(name, set, Secrets.Hash(key), renew) ? new(key) : Existing("node", name);
    }

    public async Task<IssuedSecret> GatewayAsync(string name, bool renew)
    {
        if (IssuedSecret.WhyNotNamed(name) is { } wrong) return wrong;
        var key = Secrets.New("img_");
        return await store.PutGatewayAsync(name, Secrets.Hash(key), renew) ? new(key) : Existing("gateway", name);
    }

    /// <summary>Repeatable. Null where it is gone, else why not.</summary>
    public async Task<string?> RemoveNodeAsync(string name) =>
        await store.RemoveNodeAsync(name) ? $"Node '{name}' lives: stop it first, and wait until its lease has ended (15 s after a crash)." : null;

    private static IssuedSecret Existing(string what, string name) =>
        new(null, $"There is a {what} '{name}' already. Use --renew to issue a new key for it; the old one then ends.", Exists: true);
}
