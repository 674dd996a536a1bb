namespace IntraMessenger.Central.Hosting;

/// <summary>Responsible for the one form of credentials that every program takes: <c>Authorization: Bearer ...</c>.</summary>
internal static class Bearer
{
    private const string Scheme = "Bearer ";

    /// <summary>The token of the request, or null.</summary>
    public static string? Of(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header.Length > Scheme.Length ? header[Scheme.Length..].Trim() : null;
    }
}
