namespace IntraMessenger.Central.Gateway;

/// <summary>The same number for the same texts on every gateway and after every restart: FNV-1a, and a finaliser that spreads its bits.</summary>
internal static class StableHash
{
    public const ulong Start = 14_695_981_039_346_656_037;

    public static ulong Add(ulong hash, string text)
    {
        foreach (var character in text) hash = (hash ^ character) * 1_099_511_628_211;
        return (hash ^ 0xFF) * 1_099_511_628_211; // an end mark, so that "ab" + "c" is not "a" + "bc"
    }

    public static ulong Finish(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 33);
    }
}
