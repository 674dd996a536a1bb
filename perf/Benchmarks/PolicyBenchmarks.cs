using BenchmarkDotNet.Attributes;
using IntraMessenger.Node.Contacts;

namespace IntraMessenger.Benchmarks;

/// <summary>Who may do what, once the store has told how things stand.</summary>
public class PolicyBenchmarks
{
    private readonly ContactPair _strangers = new(ContactState.None, ContactState.None);
    private readonly ContactPair _asked = new(ContactState.Pending, ContactState.Requested);

    [Benchmark]
    public bool RequestAtTheLimit() => ContactPolicy.Request(_strangers, used: 3, limit: 3).Verdict == ContactVerdict.AtLimit;

    [Benchmark]
    public bool Accept() => ContactPolicy.Accept(_asked, used: 2, limit: 3).Verdict == ContactVerdict.Allowed;
}
