using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Shop.Typesense;

/// <summary>What is sent, whichever node it goes to.</summary>
internal sealed record TypesenseRequest(HttpMethod Method, string Path)
{
    public ReadOnlyMemory<byte>? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary>It moves many documents, and may take longer.</summary>
    public bool Bulk { get; init; }

    /// <summary>The answer is read as it comes.</summary>
    public bool Streamed { get; init; }

    /// <summary>Doing it twice is like doing it once. Otherwise it is repeated only if it was surely not done.</summary>
    public bool Repeatable { get; init; } = true;
}

/// <summary>
/// Sends a request to one node after the other until one answers: a connection that fails, a node that is silent and one
/// that answers 5xx are left out for a while, and taken back once they say that they are well. Any other answer, a
/// refusal too, is the cluster's.
/// </summary>
internal sealed partial class TypesenseTransport : IDisposable
{
    private const int MessageBytes = 4_096;

    private readonly TypesenseOptions _options;
    private readonly TypesenseNodes _nodes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _ending = new();

    public TypesenseTransport(TypesenseOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _nodes = new(options, time);
        _time = time;
        _logger = logger;
        // One handler for the life of the process: its connections are renewed, so that a changed address is noticed.
        _http = new(new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            AutomaticDecompression = DecompressionMethods.All,
            UseCookies = false,
            AllowAutoRedirect = false,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = options.AnswerBytes,
        };
        _http.DefaultRequestHeaders.Add("X-TYPESENSE-API-KEY", options.ApiKey);
    }

    /// <summary>The answer, which is a success.</summary>
    /// <exception cref="TypesenseApiException">Typesense refused it.</exception>
    /// <exception cref="TypesenseUnreachableException">No node answered.</exception>
    public async Task<HttpResponseMessage> Send(TypesenseRequest request, CancellationToken cancellationToken)
    {
        foreach (var node in _nodes.ToProbe()) _ = Probe(node);
        for (var attempt = 1; ; attempt++)
        {
            var node = _nodes.Next();
            var (answer, failure, surelyNotDone) = await Try(node, request, cancellationToken);
            if (answer is not null)
            {
                if (node.TakeBack()) LogTakenBack(node.Address);
                return answer.IsSuccessStatusCode ? answer : throw await Refusal(answer, cancellationToken);
            }

            if (_nodes.LeaveOut(node)) LogLeftOut(node.Address, _options.LeftOutFor, failure!.Message);
            if (attempt == _options.Attempts || !(request.Repeatable || surelyNotDone)) throw failure!;
            if (!_nodes.AnyIsWell) await Task.Delay(_options.RetryDelay * attempt, _time, cancellationToken);
        }
    }

    public void Dispose()
    {
        _ending.Cancel();
        _http.Dispose();
        _ending.Dispose();
    }

    private async Task<(HttpResponseMessage? Answer, TypesenseException? Failure, bool SurelyNotDone)> Try(
        TypesenseNode node, TypesenseRequest request, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(request.Bulk ? _options.BulkTimeout : _options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var message = Compose(node, request);
            var answer = await _http.SendAsync(
                message,
                request.Streamed ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead,
                either.Token);
            if (answer.StatusCode < HttpStatusCode.InternalServerError) return (answer, null, false);
            var unready = answer.StatusCode == HttpStatusCode.ServiceUnavailable;
            return (null, await Refusal(answer, either.Token), unready);
        }
        catch (HttpRequestException exception)
            when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new TypesenseException(
                $"The answer to {request.Method} {request.Path} is larger than it may be.", exception);
        }
        catch (HttpRequestException exception)
        {
            var unsent = exception.HttpRequestError is HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
            return (null, Unreachable(node, exception.Message, exception), unsent);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The handler's own ConnectTimeout ends here, too.
            return (null, Unreachable(node, "no answer in time", exception), false);
        }
    }

    private static HttpRequestMessage Compose(TypesenseNode node, TypesenseRequest request)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(node.Address, request.Path));
        if (request.Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        }

        return message;
    }

    private async Task Probe(TypesenseNode node)
    {
        try
        {
            using var patience = new CancellationTokenSource(_options.Timeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, patience.Token);
            using var answer = await _http.GetAsync(new Uri(node.Address, "health"), either.Token);
            if (!answer.IsSuccessStatusCode) _nodes.LeaveOut(node);
            else if (node.TakeBack()) LogTakenBack(node.Address);
        }
        catch (Exception exception)
            when (exception is HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            _nodes.LeaveOut(node);
        }
        finally
        {
            node.Unclaim();
        }
    }

    private static TypesenseUnreachableException Unreachable(TypesenseNode node, string reason, Exception exception) =>
        new($"Typesense at {node.Address} cannot be reached: {reason}", exception);

    private static async Task<TypesenseApiException> Refusal(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        using (answer)
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            var bytes = ArrayPool<byte>.Shared.Rent(MessageBytes);
            try
            {
                var length = await body.ReadAtLeastAsync(
                    bytes.AsMemory(0, MessageBytes), MessageBytes, throwOnEndOfStream: false, cancellationToken);
                return TypesenseApiException.Of(answer.StatusCode, Message(bytes.AsSpan(0, length), answer.StatusCode));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }
    }

    private static string Message(ReadOnlySpan<byte> body, HttpStatusCode status)
    {
        try
        {
            return JsonSerializer.Deserialize(body, TypesenseJson.Default.ApiMessage)?.Message ?? $"{(int)status} {status}";
        }
        catch (JsonException)
        {
            return $"{(int)status} {status}";
        }
    }

    [LoggerMessage(LogLevel.Warning, "Typesense's node {Node} is left out for {Pause}: {Reason}")]
    private partial void LogLeftOut(Uri node, TimeSpan pause, string reason);

    [LoggerMessage(LogLevel.Information, "Typesense's node {Node} is well again")]
    private partial void LogTakenBack(Uri node);
}
