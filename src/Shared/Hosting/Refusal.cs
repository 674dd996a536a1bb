using System.Text.Json;
using System.Text.Json.Serialization;

namespace IntraMessenger.Shared.Hosting;

/// <summary>An expected "no", as an RFC 9457 problem document tells it. Exceptions are faults; this is an answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The stable name, last part of <c>type</c>: clients decide by it.</param>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Detail">What to do about it.</param>
public sealed record Refusal(int Status, string Code, string Title, string Detail)
{
    /// <summary>Which fields were wrong and why, for <c>invalid</c>.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>The option that was at its limit, and its value.</summary>
    public ReachedLimit? Limit { get; init; }

    /// <summary>Further members of the problem document.</summary>
    public IReadOnlyDictionary<string, object?>? More { get; init; }

    /// <summary>When it makes sense to try again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static Refusal NotFound { get; } = new(404, "not-found", "Not found", "There is nothing at this address that you may see. Check the address and the id.");

    public static Refusal NoSession { get; } = new(401, "no-session", "No session", "Sign in and send the token as 'Authorization: Bearer <token>'.");

    public static Refusal TooLarge(long most) => new(413, "too-large", "Request too large", $"The body may have {most} bytes at the most. Send less at once.");

    public static Refusal UnsupportedMediaType { get; } =
        new(415, "unsupported-media-type", "Unsupported media type", "Send the body as JSON with 'Content-Type: application/json'.");

    public static Refusal StoreUnavailable { get; } = new(503, "store-unavailable", "Store unavailable", "The message store cannot be reached at the moment. Repeat the same request soon: it is not done twice.")
    {
        RetryAfter = TimeSpan.FromSeconds(2),
    };

    /// <param name="option">Its value does not allow this to the person who asks.</param>
    public static Refusal NotAllowed(string option) =>
        new(403, "not-allowed", "Not allowed here", $"The option {option} does not allow this to you here. Ask your administrator where you need it.")
        {
            More = new Dictionary<string, object?> { ["option"] = option },
        };

    public static Refusal Busy(string detail) => new(503, "busy", "Busy", detail) { RetryAfter = TimeSpan.FromSeconds(2) };

    public static Refusal RateLimited(string option, int value, TimeSpan retryAfter) =>
        new(429, "rate-limited", "Too many requests", $"The limit {option} of {value} is reached. Wait, then repeat the request.")
        {
            Limit = new(option, value),
            RetryAfter = retryAfter,
        };

    public static Refusal Invalid(string field, string text) => Invalid(new Dictionary<string, string[]> { [field] = [text] });

    public static Refusal Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(422, "invalid", "Invalid input", "Correct the fields named in 'errors' and send the request again. Nothing was changed.") { Errors = errors };
}

/// <summary>A limit that was reached.</summary>
public sealed record ReachedLimit(string Option, long Value);

/// <summary>Either what was asked for or why not.</summary>
public readonly struct Answer<T>
{
    private Answer(T? value, Refusal? refusal) => (Value, Refusal) = (value, refusal);

    public T? Value { get; }

    public Refusal? Refusal { get; }

    public static implicit operator Answer<T>(T value) => new(value, null);

    public static implicit operator Answer<T>(Refusal refusal) => new(default, refusal);
}

/// <summary>The body of a refusal.</summary>
public sealed record ProblemDocument(string Type, string Title, int Status, string Detail)
{
    public const string TypeBase = "https://intramessenger.example/problems/";

    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    public ReachedLimit? Limit { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; init; }

    public static ProblemDocument Of(Refusal refusal) => new(TypeBase + refusal.Code, refusal.Title, refusal.Status, refusal.Detail)
    {
        Errors = refusal.Errors,
        Limit = refusal.Limit,
        More = refusal.More?.ToDictionary(member => member.Key, member => JsonSerializer.SerializeToElement(member.Value, Json.Options)),
    };
}
