using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Shop.PaymentSimulator;

/// <summary>
/// A payment provider for tests: the part of Stripe's wire format that card payments use, with a journal of its own.
/// </summary>
public static class SimulatorApplication
{
    private const int MaxConnections = 2_000;
    private const long MaxBody = 64 * 1024;

    /// <summary>Builds it and replays its journal; the caller starts, stops and disposes of it.</summary>
    /// <exception cref="OptionsValidationException">The configuration lacks something or is wrong.</exception>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
        });
        builder.Services.AddOptions<SimulatorOptions>().BindConfiguration(SimulatorOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Ledger>();
        builder.Services.AddSingleton<Switches>();
        builder.Services.AddSingleton<Charges>();
        builder.Services.AddSingleton<Calls>();
        builder.Services.AddSingleton<Webhooks>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Webhooks>());

        var app = builder.Build();
        app.MapGet("/health/live", () => Results.Text("Healthy"));
        app.Use(Admit);
        MapPayments(app);
        MapReads(app);
        Control.Map(app);
        app.MapFallback(http => Calls.Refuse(http, new(StatusCodes.Status404NotFound, "invalid_request_error",
            $"Unrecognized request URL ({http.Request.Method}: {http.Request.Path}).")));
        return app;
    }

    private static void MapPayments(WebApplication app)
    {
        var charges = app.Services.GetRequiredService<Charges>();
        var calls = app.Services.GetRequiredService<Calls>();
        app.MapPost("/v1/payment_intents", calls.Carry(charges.Create));
        app.MapPost("/v1/payment_intents/{id}/confirm", calls.CarryOnIntent(charges.Confirm));
        app.MapPost("/v1/payment_intents/{id}/capture",
            calls.CarryOnIntent((intent, form, _) => new(charges.Capture(intent, form))));
        app.MapPost("/v1/payment_intents/{id}/cancel",
            calls.CarryOnIntent((intent, form, _) => new(charges.Cancel(intent, form))));
        app.MapPost("/v1/refunds", calls.CarryOnIntent((intent, form, _) => new(charges.GiveBack(intent, form))));
    }

    private static void MapReads(WebApplication app)
    {
        var reads = ActivatorUtilities.CreateInstance<Reads>(app.Services);
        app.MapGet("/v1/payment_intents/search", reads.Search);
        app.MapGet("/v1/payment_intents/{id}", reads.Intent);
        app.MapGet("/v1/payment_intents", reads.Intents);
        app.MapGet("/v1/refunds", reads.Refunds);
        app.MapGet("/v1/events", reads.Events);
    }

    /// <summary>Names the request, and turns away whoever has no key or meets an outage.</summary>
    private static Task Admit(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Path.StartsWithSegments("/health"))
            return next(http);
        RequestIds.Give(http);
        var key = http.RequestServices.GetRequiredService<IOptions<SimulatorOptions>>().Value.ApiKey;
        if (!Shows(http, key))
            return Calls.Refuse(http, new(StatusCodes.Status401Unauthorized, "invalid_request_error",
                "You did not provide a valid API key."));
        return http.Request.Path.StartsWithSegments("/v1") ? Travel(http, next) : next(http);
    }

    private static async Task Travel(HttpContext http, RequestDelegate next)
    {
        var switches = http.RequestServices.GetRequiredService<Switches>();
        switch (switches.Outage)
        {
            case OutageMode.Errors:
                await Calls.Refuse(http, new(StatusCodes.Status503ServiceUnavailable, "api_error", "Try again later."));
                return;
            case OutageMode.Hang:
            case OutageMode.Mute when HttpMethods.IsGet(http.Request.Method):
                await Calls.Hold(http, http.RequestServices
                    .GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
                return;
            case OutageMode.Drop:
                http.Abort();
                return;
            case OutageMode.Mute:
            case OutageMode.None:
                break;
        }

        if (switches.LatencyMs is > 0 and var latency)
            await Task.Delay(latency, http.RequestAborted);
        await next(http);
    }

    private static bool Shows(HttpContext http, string key)
    {
        const string scheme = "Bearer ";
        var shown = http.Request.Headers.Authorization.ToString();
        return shown.StartsWith(scheme, StringComparison.Ordinal) && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(shown[scheme.Length..]), Encoding.UTF8.GetBytes(key));
    }
}

/// <summary>The header <c>Request-Id</c>.</summary>
internal static class RequestIds
{
    private const string Header = "Request-Id";

    public static void Give(HttpContext http) =>
        http.Response.Headers[Header] = $"req_{RandomNumberGenerator.GetHexString(14, lowercase: true)}";

    public static string Of(HttpContext http) => http.Response.Headers[Header].ToString();
}
