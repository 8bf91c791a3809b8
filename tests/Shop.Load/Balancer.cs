using System.Net.Http.Json;
using System.Text.Json;

namespace Shop.Load;

/// <summary>
/// Stands before several instances of the API as a load balancer does: they take turns, and where one does not answer, the
/// next is asked the same. So everything that is sent through it must be safe to repeat.
/// </summary>
internal sealed class Balancer(IReadOnlyList<Uri> instances) : IDisposable
{
    private const int MostRounds = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMilliseconds(250);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseCookies = false,
        UseProxy = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    });

    private int _next;
    private long _elsewhere;

    /// <summary>Requests that an instance did not answer, and that were sent to the next.</summary>
    public long Elsewhere => Volatile.Read(ref _elsewhere);

    /// <param name="method">Of the request.</param>
    /// <param name="path">Of the request.</param>
    /// <param name="body">Written as JSON; null for none.</param>
    /// <param name="headers">Of the request.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="HttpRequestException">No instance answers.</exception>
    public async Task<BalancedAnswer> Send(
        HttpMethod method, string path, object? body, IEnumerable<(string Name, string Value)> headers,
        CancellationToken cancellationToken)
    {
        (string Name, string Value)[] fields = [.. headers];
        for (var asked = 1; ; asked++)
        {
            var instance = instances[(Interlocked.Increment(ref _next) & int.MaxValue) % instances.Count];
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            try
            {
                using var request = new HttpRequestMessage(method, new Uri(instance, path));
                foreach (var (name, value) in fields) request.Headers.TryAddWithoutValidation(name, value);
                if (body is not null) request.Content = JsonContent.Create(body);
                using var response = await _http.SendAsync(request, patience.Token);
                return new BalancedAnswer(
                    (int)response.StatusCode,
                    await response.Content.ReadAsByteArrayAsync(patience.Token),
                    response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.First().Split(';')[0] : null,
                    response.Headers.RetryAfter?.Delta);
            }
            catch (Exception unanswered) when (asked < MostRounds * instances.Count && IsSilence(unanswered, cancellationToken))
            {
                Interlocked.Increment(ref _elsewhere);
                if (asked % instances.Count == 0) await Task.Delay(BetweenRounds, cancellationToken);
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool IsSilence(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException
        || exception is OperationCanceledException && !cancellationToken.IsCancellationRequested;
}

/// <param name="Status">Of HTTP.</param>
/// <param name="Body">Byte for byte.</param>
/// <param name="Session"><c>shop_session=…</c>, when the answer sets it.</param>
/// <param name="RetryAfter">When it may be asked for again.</param>
internal sealed record BalancedAnswer(int Status, byte[] Body, string? Session, TimeSpan? RetryAfter)
{
    public JsonElement Json => JsonElement.Parse(Body);
}
