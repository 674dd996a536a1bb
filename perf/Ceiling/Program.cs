using System.Net;
using System.Text.Json;
using IntraMessenger.Ceiling;
using IntraMessenger.Shared.Store;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

// The least that a server with this traffic can cost: Kestrel, one batched insert a round, and no rule at all. It is no messenger.
if (args is not [var port, var connectionString, var peopleFile])
{
    Console.Error.WriteLine("Usage: Ceiling PORT CONNECTION_STRING PEOPLE_FILE; perf/Load starts it.");
    return 1;
}

var people = JsonSerializer.Deserialize<PeopleFile>(await File.ReadAllBytesAsync(peopleFile), JsonSerializerOptions.Web)!;
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.Services.Configure<SocketTransportOptions>(sockets => sockets.Backlog = 4096);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Listen(IPAddress.Loopback, int.Parse(port));
});

await using var connections = new StoreConnections(Options.Create(new StoreOptions { ConnectionString = connectionString }));
var hub = new Hub(people, TimeProvider.System);
var log = new MessageLog(connections, hub, TimeProvider.System);
using var hashes = new Hashes();
var traffic = new Traffic(hub, log, hashes, connections);

var app = builder.Build();
app.Run(traffic.AnswerAsync);
_ = log.RunAsync();
_ = hub.BeatAsync();
await app.RunAsync();
return 0;
