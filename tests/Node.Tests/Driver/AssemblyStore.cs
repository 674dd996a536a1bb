using System.Reflection;
using IntraMessenger.Testing;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("IntraMessenger.Node.Tests.Driver.AssemblyFramework", "Node.Tests")]
[assembly: CollectionBehavior(MaxParallelThreads = 4)]

namespace IntraMessenger.Node.Tests.Driver;

/// <summary>One MariaDB for all classes of this assembly, which run beside each other; each class has databases of its own on it.</summary>
internal static class AssemblyStore
{
    private static readonly Lazy<Task<StoreFixture>> Started = new(StartAsync);

    public static Task<StoreFixture> GetAsync() => Started.Value;

    public static async Task StopAsync()
    {
        if (Started.IsValueCreated) await (await Started.Value).DisposeAsync();
    }

    private static async Task<StoreFixture> StartAsync()
    {
        var store = new StoreFixture();
        await store.InitializeAsync();
        return store;
    }
}

/// <summary>xunit 2 has fixtures of classes and collections; this stops what belongs to the assembly.</summary>
public sealed class AssemblyFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assembly, ISourceInformationProvider sources, IMessageSink diagnostics)
        : XunitTestFrameworkExecutor(assembly, sources, diagnostics)
    {
        protected override async void RunTestCases(IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions)
        {
            using var runner = new Runner(TestAssembly, testCases, DiagnosticMessageSink, executionMessageSink, executionOptions);
            await runner.RunAsync();
        }
    }

    private sealed class Runner(
        ITestAssembly assembly, IEnumerable<IXunitTestCase> cases, IMessageSink diagnostics, IMessageSink execution, ITestFrameworkExecutionOptions options)
        : XunitTestAssemblyRunner(assembly, cases, diagnostics, execution, options)
    {
        protected override async Task BeforeTestAssemblyFinishedAsync()
        {
            await AssemblyStore.StopAsync();
            await base.BeforeTestAssemblyFinishedAsync();
        }
    }
}
