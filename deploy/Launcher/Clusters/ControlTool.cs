using System.Diagnostics;

namespace IntraMessenger.Launcher.Clusters;

/// <summary>Responsible for the secrets of administrators, nodes and gateways: uses the kept ones, and asks Central's command line for what is missing.</summary>
internal sealed class ControlTool(Programs programs, string controlFile, KeptValues<string> secrets, IReadOnlyDictionary<string, string> environment)
{
    private const int NameExists = 3;

    // Each is a process that computes for about a second: more at once than there are processors only wait for each other.
    private readonly SemaphoreSlim _turn = new(Math.Max(1, Environment.ProcessorCount));

    /// <param name="kind"><c>admins</c>, <c>nodes</c> or <c>gateways</c>.</param>
    /// <param name="name">Under which the store knows it.</param>
    /// <param name="more">Further arguments.</param>
    /// <param name="works">Whether a kept secret is still good: the store may be another one by now.</param>
    public async Task<string> SecretAsync(string kind, string name, string[] more, Func<string, Task<bool>> works)
    {
        var id = $"{kind}/{name}";
        if (secrets.TryFind(id, out var kept) && await works(kept)) return kept;

        var (code, secret, errors) = await RunAsync([kind, "add", name, .. more]);
        if (code == NameExists) (code, secret, errors) = await RunAsync([kind, "add", name, .. more, "--renew"]);
        if (code != 0 || secret.Length == 0) throw new LauncherException($"Central {kind} add {name} failed: {errors}");
        return secrets.Keep(id, secret);
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(string[] arguments)
    {
        await _turn.WaitAsync();
        try
        {
            var start = new ProcessStartInfo(Programs.Dotnet, [programs.Central, .. arguments, "--config", controlFile])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["DOTNET_gcServer"] = "0", ["DOTNET_TieredPGO"] = "0" },
            };
            foreach (var (name, value) in environment) start.Environment[name] = value;
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, (await output).Trim(), (await errors).Trim());
        }
        finally
        {
            _turn.Release();
        }
    }
}
