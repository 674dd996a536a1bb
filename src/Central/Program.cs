using IntraMessenger.Central;
using IntraMessenger.Central.CommandLine;
using IntraMessenger.Central.Console;
using IntraMessenger.Central.Directory;
using IntraMessenger.Central.Enrolment;
using IntraMessenger.Central.Gateway;
using IntraMessenger.Central.Hosting;
using IntraMessenger.Central.Impact;
using IntraMessenger.Central.People;
using IntraMessenger.Central.Reports;
using IntraMessenger.Central.Schema;
using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;
using IntraMessenger.Shared.Tls;

return await CentralCommands.InvokeAsync(args, CentralProgram.Build);

internal static class CentralProgram
{
    /// <summary>The whole program as its local file describes it: control, gateway, or both.</summary>
    public static WebApplication Build(string? configFile)
    {
        var builder = HostingDefaults.CreateBuilder(configFile);
        var local = LocalFile.Read(builder.Configuration);
        builder.AddTelemetry(local.Identity, continuesTraces: false);
        builder.Listen(local.IsGateway ? local.Listen : null, local.Management, local.AllowClearText, builder.AddTls());
        if (local.IsControl) builder.Services.AddSchema().AddEnrolment().AddSettings().AddDirectory().AddReports().AddImpact().AddPeople().AddContactPairs().AddConsole();
        if (local.IsGateway) builder.Services.AddGateway(local);
        builder.Services.WithoutDataProtection();

        var app = builder.Build();
        app.UseSpanDetails();
        if (local.IsGateway) app.UseRefusalMetrics();
        app.UseProblems();
        app.UsePortSeparation();
        app.UseBodyLimit();
        if (local.IsControl) app.UseSignedIn();

        app.MapHealth();
        app.MapMetrics();
        if (local.IsControl) app.MapSettings().MapDirectory().MapReports().MapConsole();
        if (local.IsGateway) app.MapGateway();
        local.Tell(app.Logger);
        return app;
    }
}
