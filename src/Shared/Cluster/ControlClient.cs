using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Shared.Cluster;

/// <summary>Responsible for the calls that nodes and gateways make to control.</summary>
public sealed class ControlClient(HttpClient http)
{
    /// <summary>A document as control has it, or null while it is still the one with <paramref name="etag"/> after <paramref name="wait"/> seconds.</summary>
    public async Task<(byte[] Content, string ETag)?> FetchAsync(string path, string? etag, int wait, CancellationToken cancellation)
    {
        var separator = path.Contains('?') ? '&' : '?';
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}{separator}wait={wait}");
        request.Options.Set(ControlHandler.Patience, TimeSpan.FromSeconds(wait + 5));
        if (etag is not null) request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(etag));
        using var response = await http.SendAsync(request, cancellation);
        if (response.StatusCode == HttpStatusCode.NotModified) return null;
        await RequireSuccessAsync(response);
        var content = await response.Content.ReadAsByteArrayAsync(cancellation);
        return (content, response.Headers.ETag?.Tag ?? throw new HttpRequestException("Control sent a document without an ETag."));
    }

    /// <summary>The answer to a body; null where control answers without one.</summary>
    public async Task<TAnswer?> AskAsync<T, TAnswer>(string path, T body, CancellationToken cancellation) where TAnswer : class
    {
        using var response = await http.PostAsJsonAsync(path, body, Json.Options, cancellation);
        await RequireSuccessAsync(response);
        return response.StatusCode == HttpStatusCode.NoContent ? null : await response.Content.ReadFromJsonAsync<TAnswer>(Json.Options, cancellation);
    }

    private static async Task RequireSuccessAsync(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode) return;
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            throw new HttpRequestException("Control does not know the key 'control.key': enrol this program and put the printed key into its local file.", null, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync();
        throw new HttpRequestException($"Control answered {(int)response.StatusCode} {text[..Math.Min(text.Length, 300)]}", null, response.StatusCode);
    }
}

public static class ControlClientExtensions
{
    public static IServiceCollection AddControlClient(this IServiceCollection services)
    {
        services.AddOptions<ControlOptions>().BindConfiguration("control").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<ControlOptions>, ControlOptionsValidator>();
        services.AddSingleton(provider =>
        {
            var sockets = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(3), PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
            var handler = ActivatorUtilities.CreateInstance<ControlHandler>(provider);
            handler.InnerHandler = provider.GetRequiredService<ClusterTrust>().Guard(sockets);
            return new ControlClient(new HttpClient(handler) { BaseAddress = new Uri("http://control"), Timeout = Timeout.InfiniteTimeSpan });
        });
        return services;
    }
}
