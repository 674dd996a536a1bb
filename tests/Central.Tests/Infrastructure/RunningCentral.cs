using System.Net.Http.Headers;
using System.Text.Json;
using IntraMessenger.Testing;
using Microsoft.AspNetCore.Builder;

namespace IntraMessenger.Central.Tests.Infrastructure;

/// <summary>The real program in this process, on ports of its own.</summary>
internal sealed class RunningCentral(WebApplication app, string management, string? listen) : IAsyncDisposable
{
    public string Management => management;

    public string Public => listen ?? throw new InvalidOperationException("A control has no public port.");

    public IServiceProvider Services => app.Services;

    public static async Task<RunningCentral> StartAsync(string configFile, string management, string? listen)
    {
        var app = CentralProgram.Build(configFile);
        await app.StartAsync();
        return new RunningCentral(app, management, listen);
    }

    /// <summary>A client of the management port.</summary>
    public HttpClient Client(string? bearer = null) => Of(management, bearer);

    /// <summary>A client of the public port.</summary>
    public HttpClient PublicClient(string? bearer = null) => Of(Public, bearer);

    public async Task<bool> IsReadyAsync()
    {
        using var client = Client();
        using var answer = await client.GetAsync("/health/ready");
        return answer.IsSuccessStatusCode;
    }

    public async Task<RunningCentral> ReadyAsync()
    {
        await Eventually.HoldsAsync(IsReadyAsync, "readiness", 20);
        return this;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private static HttpClient Of(string address, string? bearer)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(60) };
        if (bearer is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return client;
    }
}

internal static class HttpAnswers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer)
    {
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    /// <summary>Requires a problem document with this status and code, and answers it.</summary>
    public static async Task<JsonElement> ShouldBeProblemAsync(this HttpResponseMessage answer, int status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(status, text);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = await answer.JsonAsync();
        problem.GetProperty("type").GetString()!.ShouldEndWith("/" + code);
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        return problem;
    }
}
