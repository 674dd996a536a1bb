using System.Net;
using System.Threading.RateLimiting;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Access;

/// <summary>Responsible for limits by rate: requests of a session, sign-ins and sign-ups of an address. Each node counts for itself.</summary>
internal sealed class RequestRates(IOptionsMonitor<LimitOptions> options) : IDisposable
{
    private const int BurstSeconds = 10;

    // The limit is part of the key: when it changes, everybody starts anew with the new one.
    private readonly PartitionedRateLimiter<(long Session, int Limit)> _requests = PartitionedRateLimiter.Create<(long, int Limit), (long, int)>(key =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = key.Limit * BurstSeconds,
            TokensPerPeriod = key.Limit,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            AutoReplenishment = true,
        }));

    private readonly PartitionedRateLimiter<(IPAddress Address, int Limit)> _signIns = PartitionedRateLimiter.Create<(IPAddress, int Limit), (IPAddress, int)>(key =>
        RateLimitPartition.GetSlidingWindowLimiter(key, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = key.Limit,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 6,
            AutoReplenishment = true,
        }));

    /// <param name="sessionId">Whose request.</param>
    /// <param name="limit">Requests per second; 0 for no limit.</param>
    public Refusal? WhyNot(long sessionId, int limit)
    {
        if (limit == 0) return null;
        using var lease = _requests.AttemptAcquire((sessionId, limit));
        return lease.IsAcquired ? null : Refusal.RateLimited("limits.requestsPerSecond", limit, TimeSpan.FromSeconds(1));
    }

    public Refusal? WhyNotSignIn(HttpContext context)
    {
        var limits = options.CurrentValue;
        if (limits.SignInsPerMinute == 0) return null;
        using var lease = _signIns.AttemptAcquire((ClientAddress.Of(context, limits.TrustedProxies), limits.SignInsPerMinute));
        return lease.IsAcquired ? null : Refusal.RateLimited("limits.signInsPerMinute", limits.SignInsPerMinute, TimeSpan.FromSeconds(10));
    }

    public void Dispose()
    {
        _requests.Dispose();
        _signIns.Dispose();
    }
}

internal static class RequestRateExtensions
{
    /// <summary>Counts against what one address may try: sign-ins, sign-ups, passwords.</summary>
    public static RouteHandlerBuilder LimitSignIns(this RouteHandlerBuilder route) => route.AddEndpointFilter((context, next) =>
        context.HttpContext.RequestServices.GetRequiredService<RequestRates>().WhyNotSignIn(context.HttpContext) is { } refusal
            ? ValueTask.FromResult<object?>(refusal.ToResult())
            : next(context));
}
