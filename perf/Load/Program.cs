using System.CommandLine;
using IntraMessenger.Load.Commands;

// Before the first socket: what arrives is handled where it was noticed, which costs this client the least of the processors that it shares.
const string inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
Environment.SetEnvironmentVariable(inline, Environment.GetEnvironmentVariable(inline) ?? "1");
// Who interrupts a run waits until its cluster is stopped.
return await BenchCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
