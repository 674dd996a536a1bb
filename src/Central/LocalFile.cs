using System.ComponentModel.DataAnnotations;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;
using IntraMessenger.Shared.Telemetry;
using IntraMessenger.Shared.Tls;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Central;

/// <summary>Responsible for what the operator wrote into the local file: read, judged as a whole, all mistakes told at once.</summary>
internal sealed partial class LocalFile
{
    private const string Control = "control";
    private const string Gateway = "gateway";

    /// <summary><c>control</c>, <c>gateway</c> or both.</summary>
    public string[] Roles { get; set; } = [];

    /// <summary>Where clients come in; gateway only.</summary>
    public string Listen { get; set; } = "http://127.0.0.1:8080";

    /// <summary>Where health, nodes, gateways and administrators come in; never published.</summary>
    public string Management { get; set; } = "http://127.0.0.1:8081";

    /// <summary>The folder for the last good copy of the directory; gateway only. A relative one starts at the working directory.</summary>
    public string Data { get; set; } = "";

    /// <summary>Whether clear text may leave the machine.</summary>
    public bool AllowClearText { get; set; }

    public bool IsControl => Roles.Contains(Control);

    public bool IsGateway => Roles.Contains(Gateway);

    public string DirectoryCopy => Path.Combine(Path.GetFullPath(Data), "directory.json");

    /// <summary>What it is called in metrics, traces and logs.</summary>
    public ProgramIdentity Identity => new(
        (IsControl, IsGateway) switch { (true, false) => "intramessenger-control", (false, true) => "intramessenger-gateway", _ => "intramessenger-central" },
        $"{Environment.MachineName}:{new Uri(Management).Port}");

    /// <summary>Throws <see cref="ArgumentException"/> with a line for each mistake.</summary>
    public static LocalFile Read(IConfiguration configuration)
    {
        var errors = new List<string>();
        var local = Bind<LocalFile>(configuration, errors);
        local.Judge(errors, TlsOptions.Read(configuration, errors).HasCertificate);
        if (local.IsControl) JudgeStore(configuration, errors);
        if (local.IsControl) JudgeAnnotations(Bind<Console.ConsoleOptions>(configuration.GetSection("console"), errors), errors);
        if (local.IsGateway) JudgeAnnotations(Bind<Gateway.GatewayOptions>(configuration.GetSection("gateway"), errors), errors);
        if (local.IsGateway) local.JudgeControl(Bind<ControlOptions>(configuration.GetSection("control"), errors), errors);
        TelemetryOptions.Read(configuration, errors);
        return errors.Count == 0 ? local : throw new ArgumentException(string.Join(Environment.NewLine, errors));
    }

    public void Tell(ILogger logger) =>
        Log.Starting(logger, string.Join(" and ", Roles), IsGateway ? Listen : "-", Management, IsGateway ? Path.GetFullPath(Data) : "-");

    private void Judge(List<string> errors, bool hasCertificate)
    {
        if (Roles.Length == 0) errors.Add("roles is empty: write [\"control\"], [\"gateway\"] or both.");
        errors.AddRange(Roles.Where(role => role is not (Control or Gateway)).Select(role => $"roles has '{role}'; it may have control and gateway."));
        AddIfWrong(Listening.WhyNot("management", Management, AllowClearText, hasCertificate), errors);
        if (!IsGateway) return;
        AddIfWrong(Listening.WhyNot("listen", Listen, AllowClearText, hasCertificate), errors);
        if (Data.Length == 0) errors.Add("data is missing: name the folder where the gateway keeps its copy of the directory.");
        if (Uri.TryCreate(Listen, UriKind.Absolute, out var listen) && Uri.TryCreate(Management, UriKind.Absolute, out var management) && listen.Port == management.Port)
            errors.Add($"listen and management both have port {listen.Port}: the public and the management port must differ.");
    }

    private void JudgeControl(ControlOptions control, List<string> errors)
    {
        JudgeAnnotations(control, errors);
        AddIfWrong(control.WhyNot(AllowClearText), errors);
    }

    private static void JudgeStore(IConfiguration configuration, List<string> errors)
    {
        var store = Bind<StoreOptions>(configuration.GetSection("store"), errors);
        if (!JudgeAnnotations(store, errors)) return;
        try
        {
            _ = new StoreConnections(Options.Create(store)); // it reads the connection string and opens nothing yet
        }
        catch (ArgumentException e)
        {
            errors.Add(e.Message);
        }
    }

    private static bool JudgeAnnotations(object options, List<string> errors)
    {
        var results = new List<ValidationResult>();
        var valid = Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        errors.AddRange(results.Select(result => result.ErrorMessage!));
        return valid;
    }

    private static T Bind<T>(IConfiguration section, List<string> errors) where T : class, new()
    {
        try
        {
            return section.Get<T>() ?? new T();
        }
        catch (InvalidOperationException e)
        {
            errors.Add(e.Message);
            return new T();
        }
    }

    private static void AddIfWrong(string? why, List<string> errors)
    {
        if (why is not null) errors.Add(why);
    }

    private static partial class Log
    {
        [LoggerMessage(2000, LogLevel.Information, "Central starts as {Roles}: public {Listen}, management {Management}, data {Data}")]
        public static partial void Starting(ILogger logger, string roles, string listen, string management, string data);
    }
}
