namespace IntraMessenger.Node.Access;

/// <summary>Marks an endpoint that everybody may call. Without it a session is needed: deny by default.</summary>
internal sealed class NoSessionNeeded;

/// <summary>Marks an endpoint that needs a session and no place: signing out.</summary>
internal sealed class NoPlaceNeeded;

/// <summary>Marks an endpoint that sees to the place itself: events.</summary>
internal sealed class OwnPlace;

/// <summary>Marks an endpoint whose transaction looks itself whether the session still exists: sending.</summary>
internal sealed class ProvesSession;

/// <summary>Marks an endpoint that answers while the store is away.</summary>
internal sealed class NoStoreNeeded;

/// <summary>Marks an endpoint that may be called when the password is too old: to change it, and to sign out.</summary>
internal sealed class ExpiredPasswordAllowed;

internal static class AccessMarks
{
    public static TBuilder WithoutSession<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new NoSessionNeeded());

    public static TBuilder WithoutPlace<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new NoPlaceNeeded());

    public static TBuilder WithOwnPlace<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new OwnPlace());

    public static TBuilder WithProvenSession<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new ProvesSession());

    public static TBuilder WithoutStore<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new NoStoreNeeded());

    public static TBuilder WithExpiredPassword<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new ExpiredPasswordAllowed());
}
