using System.Security.Claims;
using System.Text.Encodings.Web;
using IntraMessenger.Central.Hosting;
using IntraMessenger.Shared.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Central.Enrolment;

/// <summary>Responsible for recognising a caller by the key that its enrolment printed, before anything of its request is read.</summary>
internal abstract class KeyHandler<T>(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder) where T : class
{
    private static readonly Refusal UnknownKey = new(401, "unknown-key", "Unknown key",
        "Control does not know this key, or it was renewed. Enrol with 'Central nodes add' or 'Central gateways add' and send the printed key as 'Authorization: Bearer <key>'.");

    protected abstract Task<T?> FindAsync(string key);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Bearer.Of(Request) is not { } key || await FindAsync(key) is not { } caller) return AuthenticateResult.NoResult();
        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(Scheme.Name)), Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => Response.WriteAsync(UnknownKey);
}

internal sealed class NodeKeyHandler(EnrolledKeys keys, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : KeyHandler<EnrolledNode>(options, logger, encoder)
{
    public const string Name = "node key";

    protected override Task<EnrolledNode?> FindAsync(string key) => keys.NodeAsync(key);
}

internal sealed class GatewayKeyHandler(EnrolledKeys keys, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : KeyHandler<EnrolledGateway>(options, logger, encoder)
{
    public const string Name = "gateway key";

    protected override Task<EnrolledGateway?> FindAsync(string key) => keys.GatewayAsync(key);
}

internal static class Callers
{
    /// <summary>The node that calls an endpoint which requires a node's key.</summary>
    public static EnrolledNode CallingNode(this HttpContext context) => context.Features.GetRequiredFeature<EnrolledNode>();
}
