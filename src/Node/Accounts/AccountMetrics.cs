using System.Diagnostics.Metrics;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Accounts;

internal sealed class AccountMetrics : IMetrics
{
    public AccountMetrics(IMeterFactory factory, PasswordQueue passwords, ICommonTags tags) =>
        factory.CreateMeter().CreateGauge("intramessenger.passwords.waiting", "{check}", "Password checks that wait for their turn.", tags, () => passwords.Waiting);
}
