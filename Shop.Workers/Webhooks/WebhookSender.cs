using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Webhooks;

/// <summary>What a receiver answered, or why it did not.</summary>
/// <param name="Status">Of HTTP; null without an answer.</param>
/// <param name="Error">For the address's owner to read; null if it was delivered.</param>
internal sealed record WebhookAnswer(int? Status, string? Error)
{
    public bool IsDelivered => Error is null;

    /// <summary>It wants nothing any more.</summary>
    public bool IsGone => Status == (int)HttpStatusCode.Gone;
}

/// <summary>
/// Sends a delivery to an address that a stranger named: over TLS, to public networks only, without following where it is
/// sent on to, without reading what it says beyond its status, and not for longer than a while.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    private const int MostConnectionsToHost = 8;
    private const int MostHeaderKilobytes = 16;
    private const int MostBodyBytes = 4 * 1024;

    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly Seal? _seal;
    private readonly HttpClient _http;

    public WebhookSender(IOptions<WebhookOptions> options, PublicAddresses addresses, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        _seal = _options.IsConfigured ? new Seal(_options.Key!, _options.FormerKey) : null;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = addresses.Connect,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxConnectionsPerServer = MostConnectionsToHost,
            MaxResponseHeadersLength = MostHeaderKilobytes,
            // A body is never read; a short one is let pass, so that the connection can serve again.
            MaxResponseDrainSize = MostBodyBytes,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        })
        {
            Timeout = _options.Timeout,
        };
    }

    public void Dispose() => _http.Dispose();

    /// <summary>One attempt.</summary>
    public async Task<WebhookAnswer> Send(DeliveryInHand delivery, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(delivery.Url, UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && _options.AllowHttp)))
            return new WebhookAnswer(null, "Its address is not https.");
        try
        {
            using var request = Request(delivery, address);
            using var response = await _http.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var status = (int)response.StatusCode;
            return new WebhookAnswer(status, status switch
            {
                >= 200 and < 300 => null,
                >= 300 and < 400 => $"It answered {status}; redirects are not followed.",
                _ => $"It answered {status}.",
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebhookAnswer(null, $"It did not answer within {_options.Timeout.TotalSeconds:0.#} s.");
        }
        catch (HttpRequestException failed)
        {
            return new WebhookAnswer(null, Describe(failed));
        }
        catch (CryptographicException)
        {
            return new WebhookAnswer(null, "Its secret cannot be opened by the keys of this shop.");
        }
    }

    private HttpRequestMessage Request(DeliveryInHand delivery, Uri address)
    {
        var id = $"msg_{delivery.Id:N}";
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds();
        var secret = (_seal ?? throw new InvalidOperationException("Webhooks:Key is not configured."))
            .Open(delivery.SealedSecret, delivery.EndpointId);
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(delivery.Body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(
            "webhook-signature", WebhookSignature.Of(secret, id, timestamp, delivery.Body));
        request.Headers.UserAgent.ParseAdd("Shop-Webhooks/1");
        return request;
    }

    /// <summary>Enough for the address's owner; nothing of the networks that we are in.</summary>
    private static string Describe(HttpRequestException failed) => failed switch
    {
        { InnerException: AddressRefusedException } => "Its address leads to a network that is not public.",
        { InnerException: AuthenticationException } => "No connection: TLS could not be agreed on.",
        { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } } =>
            "No connection: its name is not known.",
        _ => "No connection, or it was cut.",
    };
}
