using System.Net.Http.Headers;
using System.Text.Json;

namespace IntraMessenger.Node.Tests.Driver;

/// <summary>What a call answered.</summary>
internal sealed record Reply(int Status, string Text, string? ContentType, HttpResponseHeaders Headers)
{
    public JsonElement Body => JsonDocument.Parse(Text).RootElement;

    public JsonElement this[string member] => Body.TryGetProperty(member, out var value) ? value : throw new ShouldAssertException($"No '{member}' in {this}");

    public IReadOnlyList<JsonElement> Items => [.. this["items"].EnumerateArray()];

    /// <summary>The last part of the problem's type.</summary>
    public string? Code => ContentType == "application/problem+json" ? this["type"].GetString()!.Split('/')[^1] : null;

    public static async Task<Reply> OfAsync(HttpResponseMessage response)
    {
        using (response) return new Reply((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType, response.Headers);
    }

    public bool Has(string member) => Body.TryGetProperty(member, out _);

    public Reply Is(int status, string? because = null)
    {
        Status.ShouldBe(status, $"{because} answered {this}");
        return this;
    }

    /// <summary>A whole problem document: type, title, status and detail, and <c>errors</c> for invalid input.</summary>
    public Reply IsProblem(int status, string code, string? field = null, string? because = null)
    {
        Is(status, because);
        ContentType.ShouldBe("application/problem+json", $"{because} answered {this}");
        Code.ShouldBe(code, $"{because} answered {this}");
        Uri.IsWellFormedUriString(this["type"].GetString(), UriKind.Absolute).ShouldBeTrue(because);
        this["title"].GetString().ShouldNotBeNullOrWhiteSpace(because);
        this["detail"].GetString().ShouldNotBeNullOrWhiteSpace(because);
        this["status"].GetInt32().ShouldBe(status, because);
        if (status == 422) this["errors"].EnumerateObject().ShouldAllBe(error => error.Value.GetArrayLength() > 0 && error.Value[0].GetString() != "");
        if (field is not null) this["errors"].EnumerateObject().Select(error => error.Name).ShouldContain(field, because);
        if (status == 401) Headers.WwwAuthenticate.ToString().ShouldBe("Bearer", because);
        if (status is 429 or 503) Headers.RetryAfter.ShouldNotBeNull(because);
        return this;
    }

    public Reply NamesLimit(string option, long value)
    {
        this["limit"].GetProperty("option").GetString().ShouldBe(option);
        this["limit"].GetProperty("value").GetInt64().ShouldBe(value);
        return this;
    }

    public override string ToString() => $"{Status} {Text}";
}
