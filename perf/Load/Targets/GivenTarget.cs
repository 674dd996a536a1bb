using IntraMessenger.Load.Measuring;

namespace IntraMessenger.Load.Targets;

/// <summary>Any running cluster: by its addresses, and perhaps with the processes that serve on this machine.</summary>
public sealed class GivenTarget(IReadOnlyList<Uri> addresses, IReadOnlyList<WatchedProcess>? processes = null) : LoadTarget
{
    public override string Name => "the cluster";

    public override IReadOnlyList<Uri> Addresses => addresses;

    public override string PolicySet => addresses[0].AbsolutePath.Trim('/');

    public override IReadOnlyList<WatchedProcess> Processes => processes ?? [];
}
