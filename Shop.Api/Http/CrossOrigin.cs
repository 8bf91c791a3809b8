using Microsoft.Net.Http.Headers;

namespace Shop.Api.Http;

/// <summary>The section <c>Cors</c> of the configuration.</summary>
internal sealed class CorsOptions
{
    /// <summary>
    /// The origins whose pages may call with their visitor's session, such as <c>https://shop.example</c>, apart by
    /// commas. None by default.
    /// </summary>
    public string? Origins { get; init; }

    internal IReadOnlyList<string> List => (Origins ?? "").Split(
        [',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>A wildcard is none, since sessions are sent along.</summary>
    internal bool IsValid => List.All(origin => Uri.TryCreate(origin, UriKind.Absolute, out var address)
        && address.Scheme is "https" or "http" && address.GetLeftPart(UriPartial.Authority) == origin);
}

/// <summary>Which foreign pages may read our answers.</summary>
internal static class CrossOrigin
{
    private static readonly TimeSpan PreflightKept = TimeSpan.FromHours(1);

    private static readonly string[] Exposed =
    [
        "Location", "ETag", "Retry-After", "RateLimit", "RateLimit-Policy", "Idempotent-Replayed", "WWW-Authenticate",
    ];

    public static void AddCrossOrigin(this WebApplicationBuilder builder)
    {
        var origins = Options(builder.Configuration);
        builder.Services.AddOptions<CorsOptions>().BindConfiguration("Cors")
            .Validate(options => options.IsValid, "Cors:Origins must be origins such as https://shop.example.")
            .ValidateOnStart();
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. origins.List])
            .AllowCredentials()
            .AllowAnyHeader()
            .WithMethods("GET", "POST", "PUT", "DELETE")
            .WithExposedHeaders(Exposed)
            .SetPreflightMaxAge(PreflightKept)));
    }

    public static void UseCrossOrigin(this WebApplication app)
    {
        if (!IsConfigured(app.Configuration)) return;
        app.Use((context, next) =>
        {
            // Also of answers to whoever has no origin: a cache must not give them to one who has.
            context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
            return next(context);
        });
        app.UseCors();
    }

    /// <summary>Whether there are origins whose pages may read our answers.</summary>
    public static bool IsConfigured(IConfiguration configuration) => Options(configuration).List.Count > 0;

    private static CorsOptions Options(IConfiguration configuration) =>
        configuration.GetSection("Cors").Get<CorsOptions>() ?? new CorsOptions();
}
