namespace IntraMessenger.Node;

/// <summary>A part of a list; <paramref name="Next"/> goes into <c>after</c> of the following request and is absent at the end.</summary>
internal sealed record ListAnswer<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>Of one item more than asked for, which tells that there is a next part.</summary>
    public static ListAnswer<T> Of(IReadOnlyList<T> items, int limit, Func<T, string> key) =>
        items.Count > limit ? new([.. items.Take(limit)], key(items[limit - 1])) : new(items, null);
}
