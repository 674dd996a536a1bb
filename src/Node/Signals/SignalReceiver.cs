using System.Diagnostics;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Signals.Targets;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Signals;

/// <summary>Responsible for what another node told, whichever way it came: only if it is signed, can be read and is for this life.</summary>
internal sealed class SignalReceiver(
    SignalSignature signature, NodeLease lease, LeaseAgent leases, StoreClock clock, Audience audience, ChangeBus bus, SignalMetrics metrics, SignalSpans spans)
{
    /// <summary>Above this the sweep may have been faster.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    /// <summary>Null where it was taken. <paramref name="sender"/> is the span that sent it, where the current one is not below it already.</summary>
    public Refusal? Receive(ReadOnlySpan<byte> json, string? signed, ActivityContext sender = default)
    {
        var refusal = Read(json, signed, out var body);
        if (refusal is not null)
        {
            metrics.Refused();
            return refusal;
        }

        using var span = spans.Receive(body!.Changes, sender);
        metrics.Received(body.Changes.Count);
        if (clock.Now - body.At > Late) metrics.Late(body.Changes.Count);
        leases.Heard(body.From);
        foreach (var change in body.Changes) audience.Heard(change);
        bus.TellHere(body.Changes);
        return null;
    }

    private Refusal? Read(ReadOnlySpan<byte> json, string? signed, out SignalBody? body)
    {
        body = null;
        if (json.Length > Limits.BodyBytes) return Refusal.TooLarge(Limits.BodyBytes);
        if (!signature.IsGood(json, signed)) return Refusal.NoSession;
        body = SignalBody.Read(json);
        if (body is null) return Refusal.Invalid("body", "is no signal.");
        return body.To == lease.LifeId ? null : Refusal.NotFound;
    }
}
