using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Shop.IntegrationTests.Messaging;

/// <summary>The way to a database, which can be cut: connections break, and new ones are refused.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly (string Host, int Port) _server;
    private readonly int _port;
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private TcpListener? _listener;

    public Wire(string connectionString)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        _server = (server.Host!, server.Port);
        Mend();
        _port = ((IPEndPoint)_listener!.LocalEndpoint).Port;
        (server.Host, server.Port) = ("127.0.0.1", _port);
        ConnectionString = server.ConnectionString;
    }

    public string ConnectionString { get; }

    public void Cut()
    {
        _listener?.Dispose();
        _listener = null;
        while (_clients.TryTake(out var client)) client.Dispose();
    }

    public void Mend()
    {
        if (_listener is not null) return;
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Start();
        _ = Accept(_listener);
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        return ValueTask.CompletedTask;
    }

    private async Task Accept(TcpListener listener)
    {
        try
        {
            while (true) _ = Join(await listener.AcceptTcpClientAsync());
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private async Task Join(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        _clients.Add(client);
        _clients.Add(server);
        try
        {
            await server.ConnectAsync(_server.Host, _server.Port);
            await Task.WhenAny(
                client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception cut) when (cut
            is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
        }

        client.Dispose();
    }
}
