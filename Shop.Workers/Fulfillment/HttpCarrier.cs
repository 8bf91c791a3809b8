using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Shop.Contracts.Fulfillment;

namespace Shop.Workers.Fulfillment;

/// <summary>
/// A carrier over HTTP and JSON: <c>POST /shipments</c> books, idempotent by its header <c>Idempotency-Key</c>, and
/// <c>GET /shipments/{trackingNumber}/events</c> tells. Neither our key nor an address is logged.
/// </summary>
internal sealed partial class HttpCarrier : ICarrier, IDisposable
{
    private const int MostEvents = 100;
    private const int MostBytes = 256 * 1024;
    private const int LongestReason = 200;
    private const int LongestEventId = 100;

    private readonly HttpClient _http;
    private readonly ILogger<HttpCarrier> _logger;

    public HttpCarrier(IOptions<CarrierOptions> options, ILogger<HttpCarrier> logger)
    {
        _logger = logger;
        Code = options.Value.Code;
        _http = new HttpClient(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxConnectionsPerServer = BookParcelsJob.AtOnce,
            UseCookies = false,
            AllowAutoRedirect = false,
        })
        {
            BaseAddress = new Uri(options.Value.Address!.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = options.Value.Timeout,
            MaxResponseContentBufferSize = MostBytes,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Value.ApiKey);
    }

    public string Code { get; }

    public bool CanBeAsked => true;

    public async Task<Booking> Book(Shipment shipment, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("shipments", UriKind.Relative))
            {
                Content = JsonContent.Create(shipment),
            };
            request.Headers.Add("Idempotency-Key", shipment.Reference.ToString());
            using var answer = await _http.SendAsync(request, cancellationToken);
            if (answer.StatusCode == HttpStatusCode.UnprocessableEntity)
                return new Booking.Refused(
                    Short((await answer.Content.ReadFromJsonAsync<Refusal>(cancellationToken))?.Reason));
            if (!answer.IsSuccessStatusCode) return Silent("book", $"{(int)answer.StatusCode}");
            var booked = await answer.Content.ReadFromJsonAsync<Answer>(cancellationToken);
            return TrackingNumbers.IsValid(booked?.TrackingNumber)
                ? new Booking.Booked(booked!.TrackingNumber!)
                : Silent("book", "its number has no valid check digit");
        }
        catch (Exception failure) when (IsSilence(failure, cancellationToken))
        {
            return Silent("book", failure.GetType().Name);
        }
    }

    public async Task<IReadOnlyList<TrackingNews>?> Track(string trackingNumber, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(
                new Uri($"shipments/{Uri.EscapeDataString(trackingNumber)}/events", UriKind.Relative), cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotFound) return [];
            if (answer.IsSuccessStatusCode)
                return (await answer.Content.ReadFromJsonAsync<History>(cancellationToken))?.Events?.Take(MostEvents)
                    .Where(told => told is { Id.Length: > 0 and <= LongestEventId, Status.Length: <= LongestEventId, At: not null }
                        && !told.Id.Any(char.IsControl) && !told.Status.Any(char.IsControl))
                    .Select(told => new TrackingNews(told.Id!, told.Status!, told.At!.Value)).ToList() ?? [];
            Silent("tell", $"{(int)answer.StatusCode}");
        }
        catch (Exception failure) when (IsSilence(failure, cancellationToken))
        {
            Silent("tell", failure.GetType().Name);
        }

        return null;
    }

    public void Dispose() => _http.Dispose();

    private static bool IsSilence(Exception failure, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && failure is HttpRequestException or TaskCanceledException or JsonException or NotSupportedException;

    private static string Short(string? reason) => string.IsNullOrWhiteSpace(reason)
        ? "the carrier refuses it"
        : "the carrier refuses it: "
            + string.Concat(reason.Where(letter => char.IsAscii(letter) && !char.IsControl(letter)).Take(LongestReason));

    private Booking.Unknown Silent(string what, string why)
    {
        LogSilent(Code, what, why);
        return new Booking.Unknown(why);
    }

    [LoggerMessage(LogLevel.Warning, "The carrier {Carrier} did not {Operation}: {Reason}")]
    private partial void LogSilent(string carrier, string operation, string reason);

    private sealed record Answer(string? TrackingNumber);

    private sealed record Refusal(string? Reason);

    private sealed record History(IReadOnlyList<Told>? Events);

    private sealed record Told(string? Id, string? Status, DateTimeOffset? At);
}
