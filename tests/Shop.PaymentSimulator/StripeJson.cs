using System.Buffers;
using System.Text.Json;

namespace Shop.PaymentSimulator;

/// <summary>Objects in Stripe's words, with the fields that card payments use.</summary>
internal static class StripeJson
{
    public static ReadOnlyMemory<byte> Render(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using var json = new Utf8JsonWriter(buffer);
        write(json);
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>What the caller of an operation is told.</summary>
    public static ReadOnlyMemory<byte> Answer(Entry entry) => Render(json =>
    {
        if (entry.Refusal is { } refusal)
            Write(json, refusal, refusal.Status < StatusCodes.Status500InternalServerError ? entry.Intent : null);
        else if (entry.Refund is { } refund)
            Write(json, refund);
        else
            Write(json, entry.Intent!);
    });

    public static void Write(Utf8JsonWriter json, Refusal refusal, Intent? intent = null)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        WriteErrorFields(json, refusal);
        if (intent is not null)
        {
            json.WritePropertyName("payment_intent");
            Write(json, intent);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, Intent intent) => Write(json, intent, withCharge: false);

    /// <param name="json">Where to.</param>
    /// <param name="intent">The payment.</param>
    /// <param name="withCharge">Whether its charge is written out, and not only named.</param>
    public static void Write(Utf8JsonWriter json, Intent intent, bool withCharge)
    {
        json.WriteStartObject();
        json.WriteString("id", intent.Id);
        json.WriteString("object", "payment_intent");
        json.WriteNumber("amount", intent.Amount);
        json.WriteNumber("amount_capturable", intent.Capturable);
        json.WriteNumber("amount_received", intent.Received);
        WriteTime(json, "canceled_at", intent.CanceledAt);
        json.WriteString("cancellation_reason", intent.CancellationReason);
        json.WriteString("capture_method", intent.ManualCapture ? "manual" : "automatic");
        json.WriteString("client_secret", $"{intent.Id}_secret_{intent.Id[^8..]}");
        json.WriteString("confirmation_method", "automatic");
        WriteTime(json, "created", intent.Created);
        json.WriteString("currency", intent.Currency);
        if (intent.LastError is { } error)
        {
            json.WriteStartObject("last_payment_error");
            WriteErrorFields(json, error);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("last_payment_error");
        }

        if (withCharge && intent.Authorized > 0)
            WriteCharge(json, intent);
        else
            json.WriteString("latest_charge", intent.Authorized > 0 ? intent.Charge : null);
        json.WriteBoolean("livemode", false);
        Write(json, intent.Metadata);
        json.WriteNull("next_action");
        json.WriteString("payment_method", intent.PaymentMethod);
        json.WriteStartArray("payment_method_types");
        json.WriteStringValue("card");
        json.WriteEndArray();
        json.WriteString("status", intent.Status);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, Refund refund)
    {
        json.WriteStartObject();
        json.WriteString("id", refund.Id);
        json.WriteString("object", "refund");
        json.WriteNumber("amount", refund.Amount);
        json.WriteString("charge", $"ch_{refund.IntentId[3..]}");
        WriteTime(json, "created", refund.Created);
        json.WriteString("currency", refund.Currency);
        Write(json, refund.Metadata);
        json.WriteString("payment_intent", refund.IntentId);
        json.WriteString("reason", refund.Reason);
        json.WriteString("status", "succeeded");
        json.WriteEndObject();
    }

    public static void WriteEvent(Utf8JsonWriter json, Entry entry, string apiVersion)
    {
        json.WriteStartObject();
        json.WriteString("id", entry.EventId);
        json.WriteString("object", "event");
        json.WriteString("api_version", apiVersion);
        WriteTime(json, "created", entry.At);
        json.WriteStartObject("data");
        json.WritePropertyName("object");
        Write(json, entry.Intent!);
        json.WriteEndObject();
        json.WriteBoolean("livemode", false);
        json.WriteNumber("pending_webhooks", 1);
        json.WriteStartObject("request");
        json.WriteString("id", entry.RequestId);
        json.WriteString("idempotency_key", entry.Key);
        json.WriteEndObject();
        json.WriteString("type", entry.EventType);
        json.WriteEndObject();
    }

    public static ReadOnlyMemory<byte> List<T>(
        string kind,
        string url,
        Page<T> page,
        Action<Utf8JsonWriter, T> write) =>
        Render(json =>
        {
            json.WriteStartObject();
            json.WriteString("object", kind);
            json.WriteString("url", url);
            json.WriteBoolean("has_more", page.HasMore);
            json.WriteStartArray("data");
            foreach (var item in page.Items)
                write(json, item);
            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static void WriteCharge(Utf8JsonWriter json, Intent intent)
    {
        json.WriteStartObject("latest_charge");
        json.WriteString("id", intent.Charge);
        json.WriteString("object", "charge");
        json.WriteNumber("amount", intent.Amount);
        json.WriteNumber("amount_captured", intent.Received);
        json.WriteNumber("amount_refunded", intent.Refunded);
        json.WriteString("payment_intent", intent.Id);
        json.WriteStartObject("payment_method_details");
        json.WriteString("type", "card");
        json.WriteStartObject("card");
        json.WriteStartObject("multicapture");
        json.WriteString("status", intent.Multicapture ? "available" : "unavailable");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteErrorFields(Utf8JsonWriter json, Refusal refusal)
    {
        json.WriteString("type", refusal.Type);
        if (refusal.Code is not null)
            json.WriteString("code", refusal.Code);
        if (refusal.DeclineCode is not null)
            json.WriteString("decline_code", refusal.DeclineCode);
        json.WriteString("message", refusal.Message);
        if (refusal.Param is not null)
            json.WriteString("param", refusal.Param);
    }

    private static void Write(Utf8JsonWriter json, Dictionary<string, string> metadata)
    {
        json.WriteStartObject("metadata");
        foreach (var (key, value) in metadata)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, long? unixMs)
    {
        if (unixMs is { } at)
            json.WriteNumber(name, at / 1000);
        else
            json.WriteNull(name);
    }
}
