using System.Net;
using System.Net.Sockets;
using System.Text;
using Shop.Load;
using Xunit;

namespace Shop.Tests.Load;

/// <summary>The generator's connection, against a server that answers piece by piece.</summary>
public sealed class HttpWireTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public HttpWireTests() => _listener.Start();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task An_answer_that_comes_in_pieces_is_read_to_its_end_and_the_next_one_after_it()
    {
        using var wire = await Connect();
        var serving = Serve(
            ["HTTP/1.1 200 OK\r\nCont", "ent-Length: 5\r\nETag: \"x\"\r\n\r\nhe", "llo"],
            ["HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnone\r\n", "0\r\n\r\n"]);

        Assert.Equal(200, await wire.Exchange("GET /one\r\n\r\n"u8.ToArray(), Token));
        Assert.Equal(("hello", "\"x\"", null), (Encoding.ASCII.GetString(wire.Body), wire.Header("etag"), wire.Header("none")));
        Assert.Equal(404, await wire.Exchange("GET /two\r\n\r\n"u8.ToArray(), Token));
        await serving;
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_an_error()
    {
        using var wire = await Connect();
        var serving = Serve(["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"]);

        await Assert.ThrowsAsync<IOException>(async () => await wire.Exchange("GET /one\r\n\r\n"u8.ToArray(), Token));
        await serving;
    }

    private Task<HttpWire> Connect() =>
        HttpWire.Connect(new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}"), Token);

    /// <summary>Answers each request with pieces that are sent apart, then closes.</summary>
    private async Task Serve(params string[][] answers)
    {
        using var client = await _listener.AcceptSocketAsync(Token);
        client.NoDelay = true;
        var request = new byte[1_024];
        foreach (var answer in answers)
        {
            await client.ReceiveAsync(request, Token);
            foreach (var piece in answer) await client.SendAsync(Encoding.ASCII.GetBytes(piece), Token);
        }
    }
}
