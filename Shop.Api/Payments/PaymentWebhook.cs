using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Shop.Api.Http;
using Shop.Api.OpenApi;
using Shop.Api.RateLimiting;
using Shop.Contracts;
using Shop.Contracts.Payments;
using Shop.Messaging.Outbox;
using Stripe;

namespace Shop.Api.Payments;

/// <summary>The section <c>Payments</c> of the configuration.</summary>
internal sealed class PaymentWebhookOptions
{
    /// <summary>
    /// What the provider signs its notifications with. A secret: never logged. Without it none is taken: payments do not
    /// depend on them, since silence is asked about.
    /// </summary>
    public string? WebhookSecret { get; init; }
}

/// <summary>
/// Takes the payment provider's signed notifications and hands them on; it acknowledges one when the broker has it, and
/// until then the provider repeats it.
/// </summary>
internal static class PaymentWebhook
{
    private const string Signature = "Stripe-Signature";
    private const int ToleratedAgeInSeconds = 300;

    public static void AddPayments(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<PaymentWebhookOptions>().BindConfiguration("Payments");

    public static void MapPayments(this IEndpointRouteBuilder app) => app.MapPost("/webhooks/payments", Take)
        .WithTags("Webhooks")
        .WithSummary("The payment provider's notifications")
        .Accepts<object>("application/json")
        .AddOpenApiOperationTransformer(DocumentSignature)
        .Limited(RateGroup.Webhooks)
        .Produces(200)
        .Refuses(Problems.Validation, NotSigned())
        .Refuses(503);

    private static async Task<IResult> Take(
        HttpContext context, IOptions<PaymentWebhookOptions> options, MessageComposer composer, TimeProvider time)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var notification = Verify(body, context.Request.Headers[Signature], options.Value.WebhookSecret, time);
        if (notification is null) return NotSigned();
        if (Read(notification) is { } command) await composer.SendNow(command, context.RequestAborted);
        return TypedResults.Ok();
    }

    private static ProblemResult NotSigned() =>
        Problems.Invalid(Signature, "It does not sign this body, or is too old.");

    /// <summary>It is read by hand, so the OpenAPI document has to be told of it.</summary>
    private static Task DocumentSignature(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.TakeHeader(
            Signature, "The time, and the HMAC of the time and the body by the secret of this webhook.", isRequired: true);
        return Task.CompletedTask;
    }

    private static Event? Verify(string body, string? signature, string? secret, TimeProvider time)
    {
        if (string.IsNullOrEmpty(signature) || string.IsNullOrEmpty(secret)) return null;
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
