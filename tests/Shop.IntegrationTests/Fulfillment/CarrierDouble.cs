using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shop.Contracts.Fulfillment;

namespace Shop.IntegrationTests.Fulfillment;

/// <summary>A carrier over HTTP: it books once for each key, and tells what the tests let happen.</summary>
internal sealed class CarrierDouble : IAsyncDisposable
{
    public const string Code = "swift";
    public const string Key = "carrier-key-of-the-tests";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _booked = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<object>> _events = new();
    private int _serial;

    private CarrierDouble()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapPost("/shipments", Book);
        _app.MapGet("/shipments/{number}/events", (string number) => Results.Json(new
        {
            events = _events.GetValueOrDefault(number)?.ToArray() ?? [],
        }));
    }

    public string Address => _app.Urls.First();

    /// <summary>Parcels that it does not take, and why; <c>""</c> is a server that fails.</summary>
    public ConcurrentDictionary<string, string> Refused { get; } = new();

    /// <summary>How often it was asked to take each.</summary>
    public ConcurrentDictionary<string, int> Attempts { get; } = new();

    public static async Task<CarrierDouble> Start()
    {
        var carrier = new CarrierDouble();
        await carrier._app.StartAsync();
        return carrier;
    }

    /// <summary>Something happens to a parcel, and nobody is told unless they ask.</summary>
    public void Happens(string trackingNumber, string status) =>
        _events.GetOrAdd(trackingNumber, _ => []).Enqueue(new
        {
            id = $"{trackingNumber}-{status}", status, at = TimeProvider.System.GetUtcNow(),
        });

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IResult Book(HttpRequest request)
    {
        var reference = request.Headers["Idempotency-Key"].ToString();
        Attempts.AddOrUpdate(reference, 1, (_, times) => times + 1);
        if (request.Headers.Authorization != $"Bearer {Key}") return Results.StatusCode(401);
        if (Refused.TryGetValue(reference, out var reason))
            return reason.Length == 0 ? Results.StatusCode(503) : Results.Json(new { reason }, statusCode: 422);
        return Results.Json(new
        {
            trackingNumber = _booked.GetOrAdd(
                reference, _ => TrackingNumbers.S10("RX", Interlocked.Increment(ref _serial), "DE")),
        });
    }
}
