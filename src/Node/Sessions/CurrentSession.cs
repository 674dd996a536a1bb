using IntraMessenger.Shared.Options;

namespace IntraMessenger.Node.Sessions;

/// <summary>What may change of a person while their session stays, by whose rules they act; each as <see cref="CurrentSession"/> has it.</summary>
internal sealed record Standing(string Roles, int HomeSetId, int PasswordDays, int? DaysWithoutContact);

/// <summary>The session that a request belongs to: the only source of who asks.</summary>
internal sealed record CurrentSession
{
    private static readonly PolicyOptions Defaults = new();

    public long Id { get; init; }
    public long AccountId { get; init; }
    public int PolicySetId { get; init; }
    public int HomeSetId { get; init; }

    /// <summary>How old the password is.</summary>
    public int PasswordDays { get; init; }

    /// <summary>Since the account was used last, or unlocked.</summary>
    public int IdleDays { get; init; }

    /// <summary>Since the account was made, or unlocked; null where it has a contact.</summary>
    public int? DaysWithoutContact { get; init; }

    /// <summary>The ids of the roles that the person was given, separated by commas.</summary>
    public string Roles { get; init; } = "";

    /// <summary>The options in force for the person: what they do here follows them.</summary>
    public PolicyOptions Options { get; init; } = Defaults;

    /// <summary>Whether the person has a place under this policy set.</summary>
    public bool HasPlace { get; init; }

    /// <summary>Whether nothing but its last request holds the place, and that was written more than 15 s ago.</summary>
    public bool IsStale { get; init; }

    /// <summary>The node life that holds an event request of it; null for none.</summary>
    public long? LifeId { get; init; }

    /// <summary>Until the token expires.</summary>
    public long SecondsLeft { get; init; }

    /// <summary>Of its token.</summary>
    public byte[] TokenHash { get; init; } = [];

    /// <summary>Whether the token came as a cookie.</summary>
    public bool ByCookie { get; init; }

    /// <summary>When the request arrived, by the node's monotonic clock.</summary>
    public long ArrivedAt { get; init; }

    /// <summary>Minimal APIs bind a parameter of this type here: <see cref="SessionMiddleware"/> has put it in place.</summary>
    public static ValueTask<CurrentSession?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<CurrentSession>());
}
