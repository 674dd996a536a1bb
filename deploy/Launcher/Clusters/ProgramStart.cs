using System.Net;
using System.Net.Http.Headers;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Launcher.Clusters;

/// <summary>
/// Responsible for the start of control, gateway and nodes once the store is there: each as early as it can, all at the same time.
/// </summary>
internal sealed class ProgramStart(LocalCluster cluster, LocalFiles files, ControlTool tool, ClusterTls? tls, TimeSpan patience, Action<string> say)
{
    /// <summary>What makes trying out easy and would be unsafe as a default of the product.</summary>
    private static readonly Dictionary<string, object?> DeveloperSettings = new()
    {
        ["accounts.registration"] = "open",
        ["limits.signInsPerMinute"] = 0,
        ["limits.requestsPerSecond"] = 0,
    };

    private static readonly string SettingsRoute = $"{ClusterRoutes.Settings}?catalogue={OptionCatalogue.Version}";

    private readonly Member _control = cluster.ControlProcess;

    /// <summary>
    /// Returns the administrator's password when all are ready. The first failure ends the others, and none goes on unseen:
    /// a program started after that would be left over.
    /// </summary>
    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        files.WriteControl(_control);
        _control.Start();

        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var control = ReadyAsync(_control, together.Token);
        var console = PrepareConsoleAsync(control);
        Task[] all = [control, console, OtherControlAsync(control, together.Token), GatewayAsync(control, together.Token), .. cluster.Nodes.Select(node => NodeAsync(node, control, together.Token))];
        try
        {
            await foreach (var task in Task.WhenEach(all)) await task;
        }
        catch
        {
            await together.CancelAsync();
            await Task.WhenAll(all).ContinueWith(_ => { }, TaskScheduler.Default);
            throw;
        }

        return await console;
    }

    private async Task<string> PrepareConsoleAsync(Task control)
    {
        using var console = new ConsoleClient(_control.Url, tls);
        var password = await tool.SecretAsync("admins", LocalCluster.AdminName, [], async kept =>
        {
            await control;
            return await console.SignInAsync(LocalCluster.AdminName, kept);
        });
        await control;
        if (!await console.SignInAsync(LocalCluster.AdminName, password)) throw new LauncherException("The console does not accept the administrator's password.");
        foreach (var policySet in cluster.PolicySets)
        {
            // Only the very first revision is ours to change: what a developer saved later stays.
            if (await console.ReadAsync(policySet) is { } document && document.GetProperty("revision").GetInt64() == 1)
                await console.SaveAsync(policySet, "Settings for developers", DeveloperSettings);
        }

        return password;
    }

    private async Task OtherControlAsync(Task control, CancellationToken cancellation)
    {
        if (cluster.OtherControl is not { } other) return;
        await control;
        cancellation.ThrowIfCancellationRequested();
        files.WriteControl(other);
        other.Start();
        await ReadyAsync(other, cancellation);
    }

    private async Task GatewayAsync(Task control, CancellationToken cancellation)
    {
        var gateway = cluster.GatewayProcess;
        var key = await tool.SecretAsync("gateways", gateway.Name, [], kept => IsAcceptedAsync(control, ClusterRoutes.Directory, kept));
        cancellation.ThrowIfCancellationRequested();
        files.WriteGateway(gateway, cluster.Controls, key);
        gateway.Start();
        await ReadyAsync(gateway, cancellation);
    }

    private async Task NodeAsync(Member node, Task control, CancellationToken cancellation)
    {
        var key = await tool.SecretAsync("nodes", node.Name, ["--set", node.PolicySet], kept => IsAcceptedAsync(control, SettingsRoute, kept));
        cancellation.ThrowIfCancellationRequested();
        files.WriteNode(node, cluster.Controls, key);
        node.Start();
        await ReadyAsync(node, cancellation);
    }

    private async Task ReadyAsync(Member member, CancellationToken cancellation)
    {
        await member.WaitUntilReadyAsync(patience, cancellation);
        say($"{member.Name}: ready");
    }

    private async Task<bool> IsAcceptedAsync(Task control, string route, string key)
    {
        await control;
        using var http = ClusterTls.Client(tls, 100);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await http.GetAsync(_control.Url + route);
        return response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
    }
}
