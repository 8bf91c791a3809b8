using System.Net.Http.Headers;

namespace Shop.Load;

/// <summary>
/// HTTP/1.1 over kept connections with nothing on top: no cookie jar, no redirects, no buffering, no tracing.
/// </summary>
internal sealed class ShopClient : IDisposable
{
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    private readonly HttpMessageInvoker _http;
    private readonly Uri _address;

    public ShopClient(Uri address, int connections)
    {
        _address = address;
        CartItems = new Uri(address, "/cart/items");
        Checkout = new Uri(address, "/checkout");
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseCookies = false,
            UseProxy = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = connections,
            ConnectTimeout = TimeSpan.FromSeconds(5),
        });
    }

    public Uri CartItems { get; }
    public Uri Checkout { get; }
    public Uri Ready => new(_address, "/health/ready");

    public Uri Order(Guid id) => new(_address, $"/orders/{id}");

    /// <summary>Sends one request; its answer is left in <paramref name="answer"/>.</summary>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    /// <exception cref="IOException">The answer broke off, or is longer than any should be.</exception>
    public async Task Send(
        HttpMethod method,
        Uri uri,
        ReadOnlyMemory<byte> body,
        string? session,
        string? idempotencyKey,
        Answer answer,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, uri);
        if (session is not null)
            request.Headers.TryAddWithoutValidation("Cookie", session);
        if (idempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        if (!body.IsEmpty)
        {
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.ContentType = JsonType;
        }

        using var response = await _http.SendAsync(request, cancellationToken);
        await answer.Read(response, cancellationToken);
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>An answer, read into memory that the next one takes over.</summary>
internal sealed class Answer
{
    private const int MostBytes = 1 << 20;

    private byte[] _buffer = new byte[4096];
    private int _length;

    public int Status { get; private set; }

    /// <summary><c>shop_session=…</c>, when the answer sets it.</summary>
    public string? Session { get; private set; }

    public TimeSpan? RetryAfter { get; private set; }
    public bool IsReplayed { get; private set; }
    public ReadOnlySpan<byte> Body => _buffer.AsSpan(0, _length);

    /// <summary>There was none; it may be asked for again after a while.</summary>
    public void Forget(TimeSpan retryAfter)
    {
        (Status, Session, RetryAfter, IsReplayed, _length) = (0, null, retryAfter, false, 0);
    }

    public async Task Read(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Status = (int)response.StatusCode;
        Session = SessionOf(response.Headers);
        IsReplayed = Status == 202 && response.Headers.NonValidated.Contains("Idempotent-Replayed");
        RetryAfter = Status is 429 or 503 ? response.Headers.RetryAfter?.Delta : null;
        _length = 0;
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        while (true)
        {
            if (_length == _buffer.Length)
            {
                if (_length >= MostBytes)
                    throw new IOException($"Over {MostBytes} bytes of answer: {response.RequestMessage?.RequestUri}");
                Array.Resize(ref _buffer, _length * 2);
            }

            var read = await stream.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read == 0)
                return;
            _length += read;
        }
    }

    private static string? SessionOf(HttpResponseHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues("Set-Cookie", out var cookies))
            return null;
        foreach (var cookie in cookies)
        {
            if (cookie.StartsWith("shop_session=", StringComparison.Ordinal))
                return cookie.IndexOf(';', StringComparison.Ordinal) is >= 0 and var end ? cookie[..end] : cookie;
        }

        return null;
    }
}
