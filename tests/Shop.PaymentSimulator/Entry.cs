using System.Text.Json.Serialization;

namespace Shop.PaymentSimulator;

/// <summary>
/// One call that was carried out, refused or declined: a line of the journal. What it names is as it was after it.
/// </summary>
internal sealed record Entry
{
    /// <summary>Counts from 1 without a gap.</summary>
    public long Sequence { get; init; }

    /// <summary>Unix time in milliseconds; never less than that of the entry before.</summary>
    public long At { get; init; }

    /// <summary>One of <c>create</c>, <c>confirm</c>, <c>capture</c>, <c>cancel</c>, <c>refund</c>.</summary>
    public required string Operation { get; init; }

    public string RequestId { get; init; } = "";
    public string? Key { get; init; }

    /// <summary>Tells two uses of a key with different parameters apart.</summary>
    public string? Fingerprint { get; init; }

    public Intent? Intent { get; init; }
    public Refund? Refund { get; init; }

    /// <summary>What the caller is told instead of the object.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>The type of the event that it caused.</summary>
    public string? EventType { get; init; }

    [JsonIgnore]
    public string EventId => $"evt_{Intent?.Id[3..]}{Sequence}";
}

/// <summary>A payment. Amounts are minor units.</summary>
internal sealed record Intent
{
    public required string Id { get; init; }
    public required long Amount { get; init; }
    public required string Currency { get; init; }
    public required string Status { get; init; }
    public required bool ManualCapture { get; init; }
    public string? PaymentMethod { get; init; }

    /// <summary>What was ever authorised; a cancellation does not take it back.</summary>
    public long Authorized { get; init; }

    public long Capturable { get; init; }

    /// <summary>Whether it may be taken in several parts.</summary>
    public bool Multicapture { get; init; }

    public long Received { get; init; }
    public long Refunded { get; init; }

    /// <summary>Unix time in milliseconds.</summary>
    public long Created { get; init; }

    /// <summary>Unix time in milliseconds.</summary>
    public long? CanceledAt { get; init; }

    public string? CancellationReason { get; init; }
    public required Dictionary<string, string> Metadata { get; init; }
    public Refusal? LastError { get; init; }

    [JsonIgnore]
    public string? OrderId => Metadata.GetValueOrDefault("order_id");

    [JsonIgnore]
    public string Charge => $"ch_{Id[3..]}";
}

internal static class IntentStatus
{
    public const string RequiresPaymentMethod = "requires_payment_method";
    public const string RequiresConfirmation = "requires_confirmation";
    public const string RequiresCapture = "requires_capture";
    public const string Succeeded = "succeeded";
    public const string Canceled = "canceled";
}

internal sealed record Refund
{
    public required string Id { get; init; }
    public required string IntentId { get; init; }
    public required long Amount { get; init; }
    public required string Currency { get; init; }
    public required Dictionary<string, string> Metadata { get; init; }
    public string? Reason { get; init; }

    /// <summary>Unix time in milliseconds.</summary>
    public long Created { get; init; }
}

/// <summary>An error as the provider words it, with the HTTP status that carries it.</summary>
internal sealed record Refusal(int Status, string Type, string Message)
{
    public string? Code { get; init; }
    public string? DeclineCode { get; init; }
    public string? Param { get; init; }

    public static Refusal Invalid(string message, string? param = null, string? code = null) =>
        new(StatusCodes.Status400BadRequest, "invalid_request_error", message) { Param = param, Code = code };

    public static Refusal Missing(string kind, string id, bool inPath) =>
        new(inPath ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, "invalid_request_error",
            $"No such {kind}: '{id}'") { Code = "resource_missing", Param = inPath ? "intent" : kind };

    public static Refusal Internal(string message) =>
        new(StatusCodes.Status500InternalServerError, "api_error", message);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(Entry))]
internal sealed partial class EntryJson : JsonSerializerContext;
