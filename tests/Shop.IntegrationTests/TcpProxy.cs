using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Shop.IntegrationTests;

/// <summary>
/// Stands between a client and its server. Frozen, it swallows what the client says and still passes on what the server
/// says: the client works on, and nothing of what it does is heard. Silent, it swallows both: the connection is half
/// open. Cut, it breaks every connection, new ones too; cutting answers, each one whose server begins to speak.
/// </summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Wire, Task> _wires = new();
    private readonly string _host;
    private readonly int _port;
    private readonly Task _accepting;
    private volatile bool _isFrozen;
    private volatile bool _isSilent;
    private volatile bool _cutsAnswers;
    private volatile bool _isCut;
    private volatile int _delayMs;

    public TcpProxy(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener.Start();
        _accepting = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public bool IsFrozen => _isFrozen;

    /// <summary>From now on nothing that a client says gets through, on any connection.</summary>
    public void Freeze() => _isFrozen = true;

    /// <summary>From now on nothing gets through in either direction, and no connection ends.</summary>
    public void Silence() => _isSilent = true;

    /// <summary>Whatever is asked gets through, and the connection is cut before its answer does.</summary>
    public void CutAnswers() => _cutsAnswers = true;

    /// <summary>What either side says comes so much later.</summary>
    public void Delay(TimeSpan delay) => _delayMs = (int)delay.TotalMilliseconds;

    /// <summary>Cuts every connection, with what it swallowed; those that are made now are passed on again.</summary>
    public void CutAndThaw()
    {
        foreach (var wire in _wires.Keys) wire.Dispose();
        (_isFrozen, _isSilent, _cutsAnswers, _delayMs) = (false, false, false, 0);
    }

    public void Cut()
    {
        _isCut = true;
        foreach (var wire in _wires.Keys) wire.Dispose();
    }

    public void Mend() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var wire in _wires.Keys) wire.Dispose();
        await Task.WhenAll(_wires.Values);
        _stopping.Dispose();
    }

    private async Task Accept()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
            if (_isCut)
            {
                client.Dispose();
                continue;
            }

            var wire = new Wire(client);
            _wires[wire] = Serve(wire);
        }
    }

    private async Task Serve(Wire wire)
    {
        await Task.Yield();
        using (wire)
        {
            try
            {
                await wire.Server.ConnectAsync(_host, _port, _stopping.Token);
                await Task.WhenAny(
                    Pump(wire.Client, wire.Server, () => _isFrozen || _isSilent, () => false),
                    Pump(wire.Server, wire.Client, () => _isSilent, () => _cutsAnswers));
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException
                or OperationCanceledException)
            {
                // The server is away, or the test is over: the client finds its connection closed.
            }
        }

        _wires.TryRemove(wire, out _);
    }

    private async Task Pump(TcpClient from, TcpClient to, Func<bool> isFrozen, Func<bool> isCut)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            var (source, target) = (from.GetStream(), to.GetStream());
            while (await source.ReadAsync(buffer, _stopping.Token) is > 0 and var count)
            {
                if (isCut()) return;
                if (_delayMs is > 0 and var delay) await Task.Delay(delay, _stopping.Token);
                if (isFrozen()) continue;
                await target.WriteAsync(buffer.AsMemory(0, count), _stopping.Token);
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException or OperationCanceledException
            or InvalidOperationException)
        {
            // One end is gone; the caller closes the other.
        }
    }

    private sealed class Wire(TcpClient client) : IDisposable
    {
        public TcpClient Client { get; } = client;

        public TcpClient Server { get; } = new() { NoDelay = true };

        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
