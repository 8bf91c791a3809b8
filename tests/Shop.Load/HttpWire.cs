using System.Buffers.Text;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace Shop.Load;

/// <summary>
/// One kept HTTP/1.1 connection: bytes made beforehand go out, and of what comes back only the status and the length are
/// looked at. It costs a fraction of a whole client, which matters where generator and server share the cores.
/// </summary>
internal sealed class HttpWire : IDisposable
{
    /// <summary>A setting of the runtime.</summary>
    public const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    private const int MostBytes = 8 << 20;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[32 * 1024];
    private int _filled;

    /// <summary>Of the last answer.</summary>
    public ResponseHead Head { get; private set; }

    public ReadOnlySpan<byte> Body => _buffer.AsSpan(Head.Length, _filled - Head.Length);

    /// <summary>
    /// Who hears that an answer came looks at it and asks again, in place of waking another thread to: it costs half. Before
    /// the first socket is opened, and in this process alone.
    /// </summary>
    public static void AnswerInline() => Environment.SetEnvironmentVariable(InlineCompletions, "1");

    public static byte[] Get(Uri address, string path, string? ifNoneMatch = null) => Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: {address.Authority}\r\n{
            (ifNoneMatch is null ? "" : $"If-None-Match: {ifNoneMatch}\r\n")}\r\n");

    /// <param name="address">Of the server.</param>
    /// <param name="method">Such as POST.</param>
    /// <param name="path">Below the address.</param>
    /// <param name="json">Sent if there is any.</param>
    /// <param name="cookie">Sent if there is one, as <c>name=value</c>.</param>
    public static byte[] Send(Uri address, string method, string path, string? json = null, string? cookie = null) =>
        Encoding.UTF8.GetBytes($"{method} {path} HTTP/1.1\r\nHost: {address.Authority}\r\n{
            (cookie is null ? "" : $"Cookie: {cookie}\r\n")}{(json is null ? "" :
            $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n")}\r\n{json}");

    public static async Task<HttpWire> Connect(Uri address, CancellationToken cancellationToken)
    {
        var wire = new HttpWire();
        try
        {
            await wire._socket.ConnectAsync(address.Host, address.Port, cancellationToken);
            return wire;
        }
        catch (SocketException)
        {
            wire.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and reads its answer to the end.</summary>
    /// <returns>The status.</returns>
    /// <exception cref="IOException">The answer broke off, or is none.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> Exchange(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        await _socket.SendAsync(request, cancellationToken);
        (_filled, Head) = (0, default);
        while (!IsWhole())
        {
            if (_filled == _buffer.Length)
            {
                if (_filled >= MostBytes) throw new IOException($"Over {MostBytes} bytes of answer.");
                Array.Resize(ref _buffer, _filled * 2);
            }

            var read = await _socket.ReceiveAsync(_buffer.AsMemory(_filled), cancellationToken);
            if (read == 0) throw new IOException("The answer broke off.");
            _filled += read;
        }

        return Head.Status;
    }

    /// <summary>The last answer's body, without what holds chunks apart.</summary>
    public string Text()
    {
        if (Head.BodyLength is not null) return Encoding.UTF8.GetString(Body);
        var text = new MemoryStream();
        var rest = Body;
        while (Utf8Parser.TryParse(rest, out int length, out var digits, 'x') && length > 0)
        {
            text.Write(rest.Slice(digits + 2, length));
            rest = rest[(digits + 2 + length + 2)..];
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <returns>Null if the last answer has no such header.</returns>
    public string? Header(string name)
    {
        var head = Encoding.ASCII.GetString(_buffer, 0, Head.Length);
        return head.Split("\r\n").Select(line => line.Split(": ", 2))
            .FirstOrDefault(line => line.Length == 2 && line[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1];
    }

    public void Dispose() => _socket.Dispose();

    private bool IsWhole()
    {
        var received = _buffer.AsSpan(0, _filled);
        if (Head.Length == 0)
        {
            if (!ResponseHead.TryParse(received, out var head)) return false;
            Head = head;
        }

        return Head.BodyLength is { } length
            ? _filled >= Head.Length + length
            : received[Head.Length..].EndsWith("0\r\n\r\n"u8);
    }
}

/// <summary>What has to be known of an answer to read it to its end.</summary>
/// <param name="Status">As it was answered.</param>
/// <param name="Length">Of the head itself, with the empty line.</param>
/// <param name="BodyLength">Null if it comes in chunks.</param>
internal readonly record struct ResponseHead(int Status, int Length, int? BodyLength)
{
    /// <returns>False while the head is not whole.</returns>
    /// <exception cref="IOException">It is no head, or one that does not say how long the body is.</exception>
    public static bool TryParse(ReadOnlySpan<byte> received, out ResponseHead head)
    {
        head = default;
        var end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var lines = received[..(end + 2)];
        if (!lines.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(lines[9..], out int status, out _))
            throw new IOException("The answer is not HTTP/1.1.");
        head = new ResponseHead(status, end + 4, Body(status, lines));
        return true;
    }

    private static int? Body(int status, ReadOnlySpan<byte> lines)
    {
        if (status is 204 or 304) return 0;
        // Kestrel writes header names like this.
        var length = lines.IndexOf("\r\nContent-Length: "u8);
        if (length >= 0 && Utf8Parser.TryParse(lines[(length + 18)..], out int bytes, out _)) return bytes;
        if (lines.IndexOf("\r\nTransfer-Encoding: chunked\r\n"u8) >= 0) return null;
        throw new IOException("The answer does not say how long it is.");
    }
}
