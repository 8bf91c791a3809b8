using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Shop.Api.Admin;
using Shop.Api.Http;
using Shop.Api.OpenApi;
using Shop.Api.RateLimiting;
using Shop.Contracts.Fulfillment;
using Shop.Messaging.Outbox;

namespace Shop.Api.Parcels;

/// <summary>Who may tell of parcels. Section <c>Carrier</c>; a carrier without a secret is not heard.</summary>
internal sealed class CarrierWebhookOptions
{
    public const string OwnFleet = "own-fleet";

    /// <summary>What the carrier's parcels name it by.</summary>
    [RegularExpression("[a-z0-9][a-z0-9-]{0,31}")]
    public string Code { get; init; } = "carrier";

    /// <summary>What the carrier signs with. A secret: never logged.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>What the devices of the shop's own drivers sign with. A secret: never logged.</summary>
    public string? FleetSecret { get; init; }

    /// <returns>Null for one that is not heard.</returns>
    public string? SecretOf(string carrier)
    {
        var secret = carrier == OwnFleet ? FleetSecret : carrier == Code ? WebhookSecret : null;
        return string.IsNullOrEmpty(secret) ? null : secret;
    }
}

/// <summary>What a carrier tells of one parcel.</summary>
internal sealed record CarrierNews
{
    /// <summary>The carrier's own; the same is told once.</summary>
    [Required]
    [Length(1, 100)]
    public string? Id { get; init; }

    [Required]
    [Length(1, 32)]
    public string? TrackingNumber { get; init; }

    /// <summary>HANDED_OVER, IN_TRANSIT, DELIVERED or LOST.</summary>
    [Required]
    [Length(1, 32)]
    public string? Status { get; init; }

    /// <summary>When it happened, by the carrier's clock.</summary>
    [Required]
    public DateTimeOffset? At { get; init; }
}

/// <summary>
/// Takes carriers' signed news and hands it on; one is acknowledged when the broker has it, and until then the carrier
/// repeats it. Signed is <c>timestamp.body</c>, with HMAC-SHA256: <c>Carrier-Signature: t=…,v1=…</c>, the time in seconds
/// of Unix, the signature in hexadecimal. What is older than five minutes may be someone's who overheard it.
/// </summary>
internal static class CarrierWebhook
{
    public const string Signature = "Carrier-Signature";

    private const int ToleratedSeconds = 300;

    private static readonly string[] Tellable =
        [ParcelStatus.HandedOver, ParcelStatus.InTransit, ParcelStatus.Delivered, ParcelStatus.Lost];

    public static void AddCarriers(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<CarrierWebhookOptions>().BindConfiguration("Carrier")
            .ValidateDataAnnotations().ValidateOnStart();

    public static void MapCarriers(this IEndpointRouteBuilder app) => app.MapPost("/carriers/{carrier}/webhook", Take)
        .WithTags("Webhooks")
        .WithSummary("A carrier's news of parcels")
        .Accepts<CarrierNews>("application/json")
        .AddOpenApiOperationTransformer(DocumentSignature)
        .Limited(RateGroup.Webhooks)
        .Produces(200)
        .Refuses(404)
        .Refuses(Problems.Validation, NotSigned())
        .Refuses(503);

    /// <summary>The signature of a body at a time, as it stands in the header.</summary>
    public static string Sign(string secret, long unixSeconds, ReadOnlySpan<byte> body) =>
        string.Create(CultureInfo.InvariantCulture, $"t={unixSeconds},v1={Convert.ToHexStringLower(Hash(secret, unixSeconds, body))}");

    /// <summary>Whether a header signs this body, within five minutes of now.</summary>
    public static bool IsSigned(string secret, string? header, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (header is null or { Length: > 200 } || header.Split(',') is not [['t', '=', .. var time], ['v', '1', '=', .. var hex]]
            || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) > ToleratedSeconds
            || hex.Length != 2 * SHA256.HashSizeInBytes)
            return false;
        Span<byte> told = stackalloc byte[SHA256.HashSizeInBytes];
        return Convert.FromHexString(hex, told, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(told, Hash(secret, seconds, body));
    }

    private static byte[] Hash(string secret, long unixSeconds, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{unixSeconds}.")));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    private static async Task<IResult> Take(
        string carrier, HttpContext context, IOptions<CarrierWebhookOptions> options, MessageComposer composer,
        TimeProvider time)
    {
        if (options.Value.SecretOf(carrier) is not { } secret)
            return Problems.NotFound.Because("No carrier of this name is heard.");
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        var body = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        if (!IsSigned(secret, context.Request.Headers[Signature], body.Span, time.GetUtcNow())) return NotSigned();
        if (Read(body) is not { } news) return Problems.Invalid("body", "It could not be read.");
        var errors = new FieldErrors();
        errors.RequireText("id", news.Id, 100);
        errors.Require("trackingNumber", TrackingNumbers.IsValid(news.TrackingNumber), "Its check digit is wrong, or missing.");
        errors.Require("status", Tellable.Contains(news.Status), $"It must be one of {string.Join(", ", Tellable)}.");
        errors.Require("at", news.At is not null, FieldErrors.Required);
        if (errors.ByField.Count > 0) return Problems.Invalid(errors.ByField);
        await composer.SendNow(
            new RecordTracking
            {
                Carrier = carrier,
                TrackingNumber = news.TrackingNumber!,
                Status = news.Status!,
                At = news.At!.Value.ToUniversalTime(),
                EventId = news.Id!,
            },
            context.RequestAborted);
        return TypedResults.Ok();
    }

    /// <summary>A carrier may tell more than it is asked for.</summary>
    private static CarrierNews? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, ShopJson.Wire.CarrierNews);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ProblemResult NotSigned() =>
        Problems.Invalid(Signature, "It does not sign this body, or is too old.");

    /// <summary>It is read by hand, so the OpenAPI document has to be told of it.</summary>
    private static Task DocumentSignature(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.TakeHeader(
            Signature, "t=seconds,v1=signature: the HMAC-SHA256 of 'seconds.body' by the carrier's secret.", isRequired: true);
        return Task.CompletedTask;
    }
}
