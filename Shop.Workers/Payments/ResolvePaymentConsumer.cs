using MassTransit;
using Shop.Contracts.Payments;

namespace Shop.Workers.Payments;

/// <summary>
/// Finds out what became of an authorisation. A payment that is not known yet gets no answer: its authorisation still
/// waits in the queue, and the checkout asks again.
/// </summary>
internal sealed class ResolvePaymentConsumer(PaymentDesk desk) : IConsumer<ResolvePayment>
{
    public async Task Consume(ConsumeContext<ResolvePayment> context)
    {
        if (await desk.Find(context.Message.OrderId) is not { } payment) return;
        if (payment.Status == PaymentState.Authorizing) await desk.Resolve(context, payment);
        else await PaymentDesk.Answer(context, payment);
    }
}
