using MassTransit;
using Microsoft.Extensions.Options;
using Shop.Contracts.Payments;

namespace Shop.Workers.Payments;

/// <summary>
/// Takes the word of the provider's signed webhook where our own call has not got an answer. One that is late, repeated or
/// out of order finds the payment settled, and changes nothing; so does one that is ahead of an answer under way.
/// </summary>
internal sealed partial class RecordPaymentNotificationConsumer(
    PaymentDesk desk, IOptions<PaymentProviderOptions> provider, ILogger<RecordPaymentNotificationConsumer> logger) : IConsumer<RecordPaymentNotification>
{
    public async Task Consume(ConsumeContext<RecordPaymentNotification> context)
    {
        var told = context.Message;
        var payment = await desk.Find(told.OrderId);
        switch (payment?.Status, told.ProviderStatus)
        {
            case (null, _):
                LogStray(told.NotificationId, told.OrderId);
                break;
            // Another process is calling the provider: its answer comes, or the checkout's deadline asks for it.
            case (PaymentState.Authorizing, _) when desk.Age(payment) < provider.Value.Timeout:
                break;
            case (PaymentState.Authorizing, "requires_capture"):
                await desk.Settle(context, payment, new AuthorizationResult.Authorized(told.ProviderReference, told.Amount));
                break;
            case (PaymentState.Authorizing, "requires_payment_method"):
                await desk.Settle(context, payment, new AuthorizationResult.Declined(
                    told.DeclineCode ?? "declined", "The card was declined.", told.ProviderReference));
                break;
            case (PaymentState.Authorized, "canceled")
                when payment.ProviderReference == told.ProviderReference && payment is { CapturedAmount: 0, CapturingAmount: 0 }:
                payment.Status = PaymentState.Voided;
                desk.Save(payment);
                desk.Enter(payment, PaymentEntryKind.Void, Guid.Empty, payment.Amount);
                await PaymentDesk.Answer(context, payment);
                break;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Notification {NotificationId} speaks of order {OrderId}, which has no payment.")]
    private partial void LogStray(string notificationId, Guid orderId);
}
