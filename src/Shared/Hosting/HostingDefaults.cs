using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Shared.Hosting;

/// <summary>Responsible for what every program starts with: its local file, logs, JSON, limits, ports, health.</summary>
public static class HostingDefaults
{
    /// <summary>Environment variables that override the local file, such as <c>INTRAMESSENGER_store__connectionString</c>.</summary>
    public const string EnvironmentPrefix = "INTRAMESSENGER_";

    private const int WronglyConfigured = 2;

    private const int CannotListen = 4;

    /// <summary>A builder that has read the local JSON file <paramref name="configFile"/> (null: environment only).</summary>
    public static WebApplicationBuilder CreateBuilder(string? configFile)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }); // not the folder that it was started in, which its user may not enter
        builder.Configuration.Sources.Clear();
        if (configFile is not null)
        {
            var path = Path.GetFullPath(configFile);
            if (!File.Exists(path)) throw new ArgumentException($"The configuration file {path} does not exist.");
            builder.Configuration.AddJsonFile(path, optional: false, reloadOnChange: false);
        }

        builder.Configuration.AddEnvironmentVariables(EnvironmentPrefix);
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning).AddFilter("Yarp", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error); // half-sent requests of clients are no news
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.ConfigureHttpJsonOptions(json => Json.Configure(json.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        return builder;
    }

    /// <summary>
    /// Runs the program and returns its exit code: 0 after a clean stop, 2 where what the operator wrote does not let it start, 4 where
    /// an address cannot be listened at, which may pass. Then one clear sentence goes to standard error instead of a stack trace.
    /// </summary>
    public static async Task<int> RunAsync(Func<WebApplication> build)
    {
        try
        {
            var app = build();
            await app.RunAsync();
            return 0;
        }
        catch (Exception e) when (e is ArgumentException or OptionsValidationException or InvalidDataException or FormatException)
        {
            return Say(WronglyConfigured, e is OptionsValidationException invalid ? string.Join(Environment.NewLine, invalid.Failures) : e.Message);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException or SocketException)
        {
            return Say(CannotListen, $"{e.Message.TrimEnd('.')}. Another program listens there: stop it, or change 'listen' or 'management' in the local file.");
        }
        catch (SocketException e)
        {
            return Say(CannotListen, $"Cannot listen: {e.Message}. Change 'listen' or 'management' in the local file.");
        }
    }

    private static int Say(int code, string sentence)
    {
        Console.Error.WriteLine(sentence);
        return code;
    }
}
