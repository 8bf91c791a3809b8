using MassTransit;
using Shop.Contracts.Payments;

namespace Shop.Workers.Payments;

/// <summary>Authorises a payment: the attempt is committed before the provider is called, its answer after.</summary>
internal sealed class AuthorizePaymentConsumer(PaymentDesk desk, PaymentProvider provider) : IConsumer<AuthorizePayment>
{
    public async Task Consume(ConsumeContext<AuthorizePayment> context)
    {
        var command = context.Message;
        if (await desk.Find(command.OrderId) is { } known)
        {
            if (known.Status == PaymentState.Authorizing) await desk.Resolve(context, known);
            else await PaymentDesk.Answer(context, known);
            return;
        }

        var payment = new Payment
        {
            OrderId = command.OrderId,
            Status = PaymentState.Authorizing,
            Amount = command.Amount.Amount,
            Currency = command.Amount.Currency,
            PaymentMethod = command.PaymentMethod,
        };
        await desk.Open(payment);
        await desk.Settle(context, payment, await provider.Authorize(
            command.OrderId, command.Amount, command.PaymentMethod, context.CancellationToken));
    }
}
