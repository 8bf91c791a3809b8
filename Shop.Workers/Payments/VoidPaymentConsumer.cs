using MassTransit;
using Shop.Contracts.Payments;

namespace Shop.Workers.Payments;

/// <summary>
/// Gives an authorisation back, whatever state it is in. A payment that is not known yet is voided in advance, so that a
/// late authorisation finds that it must not be made; one that the provider is silent about is voided when it speaks. Of
/// money that was taken, a void is refused: nothing answers, and operators see it.
/// </summary>
internal sealed class VoidPaymentConsumer(PaymentDesk desk) : IConsumer<VoidPayment>
{
    public async Task Consume(ConsumeContext<VoidPayment> context)
    {
        var (orderId, reason) = (context.Message.OrderId, context.Message.Reason);
        var payment = await desk.Find(orderId);
        switch (payment?.Status)
        {
            case null:
                payment = new Payment { OrderId = orderId, Status = PaymentState.Voided, VoidReason = reason };
                desk.Add(payment);
                await PaymentDesk.Answer(context, payment);
                break;
            case PaymentState.Authorizing:
                payment.VoidReason = reason;
                await desk.Resolve(context, payment);
                if (payment.Status == PaymentState.Authorizing) desk.Save(payment);
                break;
            case PaymentState.Authorized or PaymentState.Captured when payment.HoldsCaptured:
                desk.RefuseVoid(payment,
                    $"{reason}; {payment.CapturedAmount} of {payment.Total} are taken, {payment.RefundedAmount} given back");
                break;
            case PaymentState.Captured:
                await context.Publish(new PaymentVoided { OrderId = orderId });
                break;
            case PaymentState.Authorized:
                payment.VoidReason = reason;
                await desk.Void(context, payment);
                break;
            default:
                payment.VoidReason = reason;
                await PaymentDesk.Answer(context, payment);
                break;
        }
    }
}
