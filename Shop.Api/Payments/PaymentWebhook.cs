using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.Options;
using Shop.Api.Http;
using Shop.Contracts;
using Shop.Contracts.Payments;
using Shop.Messaging.Outbox;
using Stripe;

namespace Shop.Api.Payments;

/// <summary>The section <c>Payments</c> of the configuration.</summary>
internal sealed class PaymentWebhookOptions
{
    /// <summary>What the provider signs its notifications with. A secret: never logged.</summary>
    [Required]
    public string? WebhookSecret { get; init; }
}

/// <summary>
/// Takes the payment provider's signed notifications and hands them on; it acknowledges one when the broker has it, and
/// until then the provider repeats it.
/// </summary>
internal static class PaymentWebhook
{
    private const int ToleratedAgeInSeconds = 300;

    public static void AddPayments(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<PaymentWebhookOptions>().BindConfiguration("Payments")
            .ValidateDataAnnotations().ValidateOnStart();

    public static void MapPayments(this IEndpointRouteBuilder app) => app.MapPost("/webhooks/payments", Take)
        .WithTags("Webhooks")
        .WithSummary("The payment provider's notifications")
        .Accepts<object>("application/json")
        .Produces(200)
        .Refuses(400, 503);

    private static async Task<IResult> Take(
        HttpContext context, IOptions<PaymentWebhookOptions> options, MessageComposer composer, TimeProvider time)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var notification = Verify(body, context.Request.Headers["Stripe-Signature"], options.Value.WebhookSecret!, time);
        if (notification is null)
            return Problems.Invalid("Stripe-Signature", "It does not sign this body, or is too old.");
        if (Read(notification) is { } command) await composer.SendNow(command, context.RequestAborted);
        return TypedResults.Ok();
    }

    private static Event? Verify(string body, string? signature, string secret, TimeProvider time)
    {
        if (string.IsNullOrEmpty(signature)) return null;
        try
        {
            return EventUtility.ConstructEvent(
                body, signature, secret, ToleratedAgeInSeconds, time.GetUtcNow().ToUnixTimeSeconds(),
                throwOnApiVersionMismatch: false);
        }
        catch (Exception exception) when (exception is StripeException or Newtonsoft.Json.JsonException)
        {
            return null;
        }
    }

    /// <returns>Null for what does not concern an order's payment.</returns>
    private static RecordPaymentNotification? Read(Event notification) =>
        notification.Data?.Object is PaymentIntent intent
        && intent.Metadata?.GetValueOrDefault("order_id") is { } text && Guid.TryParse(text, out var orderId)
            ? new RecordPaymentNotification
            {
                OrderId = orderId,
                NotificationId = notification.Id,
                ProviderReference = intent.Id,
                ProviderStatus = intent.Status,
                Amount = new Money(intent.Amount, intent.Currency.ToUpperInvariant()),
                DeclineCode = intent.LastPaymentError?.DeclineCode ?? intent.LastPaymentError?.Code,
            }
            : null;
}
