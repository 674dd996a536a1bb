using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Shared.Hosting;

/// <summary>Marks an endpoint that is reached on the management port only. An unmarked one is reached on the public port only.</summary>
public sealed class ManagementEndpoint;

/// <summary>Responsible for the ports of a program and for which endpoint is reached on which.</summary>
public static class Listening
{
    private const int TcpUserTimeout = 18;
    private const long MostDiscardedBytes = 32 * 1024 * 1024;

    public static TBuilder OnManagementPort<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ManagementEndpoint());

    /// <summary>
    /// Listens at <paramref name="listen"/> (public; may be null) and <paramref name="management"/>; at https addresses with <paramref name="tls"/>.
    /// Throws <see cref="ArgumentException"/> with a sentence where an address cannot be used.
    /// </summary>
    public static void Listen(this WebApplicationBuilder builder, string? listen, string management, bool allowClearText, TlsHandshakeCallbackOptions? tls)
    {
        var addresses = new List<(IPEndPoint EndPoint, bool IsTls)>();
        if (listen is not null) addresses.Add(Parse("listen", listen, allowClearText, tls is not null));
        addresses.Add(Parse("management", management, allowClearText, tls is not null));

        builder.Services.AddSingleton(new ManagementPort(addresses[^1].EndPoint.Port));
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
            // A character is a byte: cookies of other applications are in any encoding, and a gateway passes on what it got. None of our own headers has more than ASCII.
            kestrel.RequestHeaderEncodingSelector = kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.Limits.MaxRequestBodySize = Limits.BodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            foreach (var (endPoint, isTls) in addresses)
            {
                kestrel.Listen(endPoint, port =>
                {
                    // Over HTTP/2 no stream can be kept from the server's own idea of how fast a client must read (EventStream).
                    port.Protocols = HttpProtocols.Http1;
                    if (isTls) port.UseHttps(tls!);
                });
            }
        });
    }

    /// <summary>Null where <paramref name="url"/> can be listened at, else a sentence that names it as <paramref name="name"/>.</summary>
    public static string? WhyNot(string name, string url, bool allowClearText, bool hasCertificate)
    {
        try
        {
            Parse(name, url, allowClearText, hasCertificate);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    /// <summary>Too large a body is refused by its announced length, before any of it is kept or passed on.</summary>
    public static void UseBodyLimit(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.Request.ContentLength is not > Limits.BodyBytes)
        {
            await next(context);
            return;
        }

        var mayLinger = context.Request.ContentLength <= MostDiscardedBytes && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false };
        if (!mayLinger) context.Response.Headers.Connection = "close";
        await context.Response.WriteAsync(Refusal.TooLarge(Limits.BodyBytes));
        if (mayLinger) await DiscardBodyAsync(context);
    });

    /// <summary>Most clients read no answer before they sent everything: a connection that is closed earlier hides the refusal from them.</summary>
    private static async Task DiscardBodyAsync(HttpContext context)
    {
        await context.Response.CompleteAsync();
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, patience.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    /// <summary>Deny by default: runs after routing and hides the endpoints of the other port.</summary>
    public static void UsePortSeparation(this WebApplication app)
    {
        var management = app.Services.GetRequiredService<ManagementPort>().Number;
        app.Use((context, next) =>
        {
            var isManagement = context.Connection.LocalPort == management;
            var isOfThisPort = context.GetEndpoint() switch
            {
                null => true,
                RouteEndpoint route => isManagement == route.Metadata.GetMetadata<ManagementEndpoint>() is not null,
                _ => true, // routing's own 405 and 415
            };
            return isOfThisPort ? next(context) : context.Response.WriteAsync(Refusal.NotFound);
        });
    }

    private static (IPEndPoint EndPoint, bool IsTls) Parse(string name, string url, bool allowClearText, bool hasCertificate)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Port is < 1 or > 65535)
            throw new ArgumentException($"{name} is '{url}'; it must be an address such as http://127.0.0.1:8080 or https://0.0.0.0:8443.");
        var address = uri.Host switch
        {
            "localhost" => IPAddress.Loopback,
            var host when IPAddress.TryParse(host.Trim('[', ']'), out var ip) => ip,
            _ => throw new ArgumentException($"{name} is '{url}'; give the IP address to listen at (0.0.0.0 for all)."),
        };
        var isTls = uri.Scheme == Uri.UriSchemeHttps;
        if (isTls && !hasCertificate)
            throw new ArgumentException($"{name} is '{url}': https needs a certificate. Name its files in tls.certificate and tls.key.");
        if (!isTls && !IPAddress.IsLoopback(address) && !allowClearText)
            throw new ArgumentException($"{name} is '{url}': clear text off loopback is refused. Write https:// and name a certificate, put TLS in front, or set allowClearText to true where the network is trusted.");
        return (new IPEndPoint(address, uri.Port), isTls);
    }
}

/// <summary>The number of the management port.</summary>
public sealed record ManagementPort(int Number);
