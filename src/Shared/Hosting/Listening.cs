using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Shared.Hosting;

/// <summary>Marks an endpoint that is reached on the management port only. An unmarked one is reached on the public port only.</summary>
public sealed class ManagementEndpoint;

/// <summary>Responsible for the ports of a program and for which endpoint is reached on which.</summary>
public static class Listening
{
    private const int TcpUserTimeout = 18;

    public static TBuilder OnManagementPort<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ManagementEndpoint());

    /// <summary>
    /// Listens at <paramref name="listen"/> (public; may be null) and <paramref name="management"/>.
    /// Throws <see cref="ArgumentException"/> with a sentence where an address cannot be used.
    /// </summary>
    public static void Listen(this WebApplicationBuilder builder, string? listen, string management, bool allowClearText)
    {
        var addresses = new List<IPEndPoint>();
        if (listen is not null) addresses.Add(Parse("listen", listen, allowClearText));
        var managementAddress = Parse("management", management, allowClearText);
        addresses.Add(managementAddress);

        builder.Services.AddSingleton(new ManagementPort(managementAddress.Port));
        builder.Services.Configure<SocketTransportOptions>(sockets =>
        {
            sockets.Backlog = Limits.ListenBacklog;
            sockets.CreateBoundListenSocket = endpoint =>
            {
                var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
                // A peer that vanished without a word is noticed after 30 s instead of a quarter of an hour.
                if (OperatingSystem.IsLinux()) socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, BitConverter.GetBytes(30_000));
                return socket;
            };
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Limits.BodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            foreach (var address in addresses) kestrel.Listen(address);
        });
    }

    /// <summary>Null where <paramref name="url"/> can be listened at, else a sentence that names it as <paramref name="name"/>.</summary>
    public static string? WhyNot(string name, string url, bool allowClearText)
    {
        try
        {
            Parse(name, url, allowClearText);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    /// <summary>Too large a body is refused by its announced length, before any of it is read or passed on.</summary>
    public static void UseBodyLimit(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.ContentLength is not > Limits.BodyBytes) return next(context);
        context.Response.Headers.Connection = "close";
        return context.Response.WriteAsync(Refusal.TooLarge(Limits.BodyBytes));
    });

    /// <summary>Deny by default: runs after routing and hides the endpoints of the other port.</summary>
    public static void UsePortSeparation(this WebApplication app)
    {
        var management = app.Services.GetRequiredService<ManagementPort>().Number;
        app.Use((context, next) =>
        {
            var wanted = context.GetEndpoint()?.Metadata.GetMetadata<ManagementEndpoint>() is not null;
            var isManagement = context.Connection.LocalPort == management;
            return context.GetEndpoint() is null || wanted == isManagement ? next(context) : context.Response.WriteAsync(Refusal.NotFound);
        });
    }

    private static IPEndPoint Parse(string name, string url, bool allowClearText)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.Port is < 1 or > 65535)
            throw new ArgumentException($"{name} is '{url}'; it must be an address such as http://127.0.0.1:8080.");
        var address = uri.Host switch
        {
            "localhost" => IPAddress.Loopback,
            var host when IPAddress.TryParse(host.Trim('[', ']'), out var ip) => ip,
            _ => throw new ArgumentException($"{name} is '{url}'; give the IP address to listen at (0.0.0.0 for all)."),
        };
        if (!IPAddress.IsLoopback(address) && !allowClearText)
            throw new ArgumentException($"{name} is '{url}': clear text off loopback is refused. Put TLS in front, or set allowClearText to true where the network is trusted.");
        return new IPEndPoint(address, uri.Port);
    }
}

/// <summary>The number of the management port.</summary>
public sealed record ManagementPort(int Number);
