using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Shop.Typesense;
using Xunit;

namespace Shop.Tests.Typesense;

/// <summary>What becomes of a call when nodes are away, slow or unwell. The nodes are listeners on loopback.</summary>
public sealed class FailoverTests
{
    private static readonly Reply Well = new(200, """{"aliases":[]}""");
    private static readonly Reply Unwell = new(503, """{"message":"Not Ready or Lagging"}""");
    private static readonly KeySchema Key = new() { Description = "d", Actions = ["*"], Collections = ["*"] };
    private static readonly Reply Made = new(201, """{"id":1,"description":"d","actions":["*"],"collections":["*"]}""");

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(60));

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_that_are_well_take_turns()
    {
        await using var one = await ScriptedServer.Start(Well);
        await using var other = await ScriptedServer.Start(Well);
        using var client = Clients.Of(one.Address, other.Address);
        for (var call = 0; call < 6; call++) await client.ListCollectionAliases(Now);
        Assert.Equal((3, 3), (one.Exchanges.Count, other.Exchanges.Count));
    }

    [Fact]
    public async Task A_node_that_refuses_connections_is_passed_over()
    {
        await using var other = await ScriptedServer.Start(Well);
        using var client = Clients.Of(Nobody(), other.Address);
        for (var call = 0; call < 4; call++) await client.ListCollectionAliases(Now);
        Assert.Equal(4, other.Exchanges.Count);
    }

    [Fact]
    public async Task A_node_that_answers_503_is_left_out()
    {
        await using var one = await ScriptedServer.Start(Unwell);
        await using var other = await ScriptedServer.Start(Well);
        using var client = Clients.Of(one.Address, other.Address);
        for (var call = 0; call < 4; call++) await client.ListCollectionAliases(Now);
        Assert.Equal((1, 4), (one.Exchanges.Count, other.Exchanges.Count));
    }

    [Fact]
    public async Task A_node_that_is_silent_is_left_out()
    {
        await using var one = await ScriptedServer.Start(Silence);
        await using var other = await ScriptedServer.Start(Well);
        using var client = Client(
            TimeProvider.System, timeout: TimeSpan.FromMilliseconds(300), nodes: [one.Address, other.Address]);
        for (var call = 0; call < 4; call++) await client.ListCollectionAliases(Now);
        Assert.Equal(4, other.Exchanges.Count);
    }

    [Fact]
    public async Task A_node_that_was_left_out_is_asked_for_its_health_and_taken_back()
    {
        await using var one = await ScriptedServer.Start(Unwell);
        await using var other = await ScriptedServer.Start(Well);
        using var client = Client(_time, nodes: [one.Address, other.Address]);
        for (var call = 0; call < 2; call++) await client.ListCollectionAliases(Now);
        one.Script = (request, _) => Task.FromResult(request.Path == "/health" ? new Reply(200, """{"ok":true}""") : Well);
        for (var call = 0; call < 4; call++) await client.ListCollectionAliases(Now);
        Assert.Single(one.Exchanges);

        _time.Advance(TimeSpan.FromSeconds(11));
        while (one.Exchanges[^1].Status != 200 || one.Exchanges[^1].Path == "/health") await client.ListCollectionAliases(Now);

        Assert.Equal(["/aliases", "/health", "/aliases"], one.Exchanges.Select(exchange => exchange.Path));
    }

    [Fact]
    public async Task A_node_that_is_still_unwell_stays_out()
    {
        await using var one = await ScriptedServer.Start(Unwell);
        await using var other = await ScriptedServer.Start(Well);
        using var client = Client(_time, nodes: [one.Address, other.Address]);
        for (var call = 0; call < 2; call++) await client.ListCollectionAliases(Now);
        _time.Advance(TimeSpan.FromSeconds(11));
        while (one.Exchanges.Count < 2) await client.ListCollectionAliases(Now);
        for (var call = 0; call < 4; call++) await client.ListCollectionAliases(Now);
        Assert.Equal(["/aliases", "/health"], one.Exchanges.Select(exchange => exchange.Path));
    }

    [Fact]
    public async Task The_nearest_node_is_asked_alone_while_it_is_well()
    {
        await using var nearest = await ScriptedServer.Start(Well);
        await using var other = await ScriptedServer.Start(Well);
        using var client = Client(_time, nearest: nearest.Address, nodes: [other.Address]);
        for (var call = 0; call < 3; call++) await client.ListCollectionAliases(Now);
        nearest.Script = (_, _) => Task.FromResult(Unwell);
        for (var call = 0; call < 3; call++) await client.ListCollectionAliases(Now);
        Assert.Equal((4, 3), (nearest.Exchanges.Count, other.Exchanges.Count));
    }

    [Fact]
    public async Task When_all_are_away_a_call_ends_after_its_attempts()
    {
        await using var node = new HangingUp();
        using var client = Clients.Of(node.Address, Nobody());
        await Assert.ThrowsAsync<TypesenseUnreachableException>(() => client.ListCollectionAliases(Now));
        Assert.Equal(2, node.Connections);
    }

    [Fact]
    public async Task When_all_are_unwell_a_call_ends_after_its_attempts_in_their_words()
    {
        await using var node = await ScriptedServer.Start(Unwell);
        using var client = Clients.Of(node.Address);
        var refusal = await Assert.ThrowsAsync<TypesenseApiServiceUnavailableException>(() => client.ListCollectionAliases(Now));
        Assert.Equal(("Not Ready or Lagging", 3), (refusal.Message, node.Exchanges.Count));
    }

    [Fact]
    public async Task When_all_are_out_the_next_call_is_tried_all_the_same()
    {
        await using var node = await ScriptedServer.Start(Unwell);
        using var client = Clients.Of(node.Address);
        await Assert.ThrowsAsync<TypesenseApiServiceUnavailableException>(() => client.ListCollectionAliases(Now));
        node.Script = (_, _) => Task.FromResult(Well);
        Assert.Empty(await client.ListCollectionAliases(Now));
    }

    [Fact]
    public async Task A_refusal_is_not_tried_again()
    {
        await using var one = await ScriptedServer.Start(new Reply(404, """{"message":"Not Found"}"""));
        await using var other = await ScriptedServer.Start(Well);
        using var client = Clients.Of(one.Address, other.Address);
        await Assert.ThrowsAsync<TypesenseApiNotFoundException>(() => client.ListCollectionAliases(Now));
        Assert.Equal((1, 0), (one.Exchanges.Count, other.Exchanges.Count));
    }

    [Fact]
    public async Task A_call_that_its_caller_gave_up_is_not_tried_again()
    {
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Now);
        await using var one = await ScriptedServer.Start(async (request, aborted) =>
        {
            await caller.CancelAsync();
            return await Silence(request, aborted);
        });
        await using var other = await ScriptedServer.Start(Well);
        using var client = Clients.Of(one.Address, other.Address);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ListCollectionAliases(caller.Token));
        Assert.Empty(other.Exchanges);
    }

    [Fact]
    public async Task What_must_not_be_done_twice_is_tried_again_when_it_was_surely_not_done()
    {
        await using var one = await ScriptedServer.Start(Unwell);
        await using var other = await ScriptedServer.Start(Made);
        using var client = Clients.Of(Nobody(), one.Address, other.Address);
        Assert.Equal(1, (await client.CreateKey(Key, Now)).Id);
    }

    [Fact]
    public async Task What_must_not_be_done_twice_is_not_tried_again_when_it_may_have_been_done()
    {
        await using var one = new HangingUp();
        await using var other = await ScriptedServer.Start(Made);
        using var client = Clients.Of(one.Address, other.Address);
        await Assert.ThrowsAsync<TypesenseUnreachableException>(() => client.CreateKey(Key, Now));
        Assert.Equal((1, 0), (one.Connections, other.Exchanges.Count));
    }

    [Fact]
    public async Task An_import_is_tried_again_at_another_node()
    {
        await using var one = new HangingUp();
        await using var other = await ScriptedServer.Start(new Reply(200, """{"success":true}""", "application/octet-stream"));
        using var client = Clients.Of(one.Address, other.Address);
        var results = await client.ImportDocuments(
            "books", [new Book("b1", "t", 1)], BookJson.Default.Book, ImportAction.Upsert, Now);
        Assert.True(Assert.Single(results).Success);
    }

    [Fact]
    public async Task Neither_logs_nor_faults_tell_the_key()
    {
        var log = new Logbook();
        await using var unwell = await ScriptedServer.Start(Unwell);
        await using var node = new HangingUp();
        using var client = new TypesenseClient(
            Options.Create(Clients.Impatient(node.Address, unwell.Address, Nobody())), TimeProvider.System, log);
        var fault = await Assert.ThrowsAnyAsync<TypesenseException>(() => client.ListCollectionAliases(Now));
        Assert.Equal(3, log.Lines.Count);
        Assert.DoesNotContain(
            log.Lines.Append(fault.ToString()), line => line.Contains(Clients.ApiKey, StringComparison.Ordinal));
    }

    private static TypesenseClient Client(
        TimeProvider time, Uri[] nodes, Uri? nearest = null, TimeSpan? timeout = null) => new(
            Options.Create(new TypesenseOptions
            {
                Nodes = string.Join(',', nodes.Select(node => node.ToString())),
                NearestNode = nearest,
                ApiKey = Clients.ApiKey,
                Timeout = timeout ?? TimeSpan.FromSeconds(3),
                LeftOutFor = TimeSpan.FromSeconds(10),
            }),
            time,
            NullLogger<TypesenseClient>.Instance);

    private static async Task<Reply> Silence(Exchange request, CancellationToken aborted)
    {
        await Task.Delay(Timeout.Infinite, aborted);
        return Well;
    }

    /// <summary>An address where nobody listens.</summary>
    private static Uri Nobody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new($"http://{listener.LocalEndpoint}");
    }

    /// <summary>A node that takes what it is sent, begins to answer, and hangs up.</summary>
    private sealed class HangingUp : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _accepting;
        private int _connections;

        public HangingUp()
        {
            _listener.Start();
            _accepting = Accept();
        }

        public Uri Address => new($"http://{_listener.LocalEndpoint}");

        public int Connections => Volatile.Read(ref _connections);

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _accepting;
            _listener.Dispose();
        }

        private async Task Accept()
        {
            try
            {
                while (true)
                {
                    using var socket = await _listener.AcceptSocketAsync();
                    Interlocked.Increment(ref _connections);
                    await socket.ReceiveAsync(new byte[1_024]);
                    await socket.SendAsync("HTTP/1."u8.ToArray());
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // It was stopped.
            }
        }
    }

    private sealed class Logbook : ILogger<TypesenseClient>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception) + exception);
    }
}
