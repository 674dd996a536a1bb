using IntraMessenger.Central.Hosting;
using IntraMessenger.Central.Schema;

namespace IntraMessenger.Central.Enrolment;

/// <summary>Responsible for noticing within a second what was enrolled, renewed or moved with the command line or through another control.</summary>
internal sealed class EnrolmentMonitor(EnrolledKeys keys, SchemaAgent schema, TimeProvider time, ILogger<EnrolmentMonitor> logger)
    : Repeating(TimeSpan.FromSeconds(1), time, logger)
{
    protected override Task ReadyAsync(CancellationToken cancellation) => schema.Done.WaitAsync(cancellation);

    protected override Task DoAsync(CancellationToken cancellation) => keys.RefreshAsync();
}
