using MassTransit;
using Shop.Contracts.Payments;
using Shop.Messaging;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Payments;

/// <summary>
/// What the payment consumers have in common: the payment's row, what an answer of the provider means for it, and what
/// the checkout is told. Writes go to the message's unit of work and assert the version that was read: of two who
/// learn of the same payment at once in two processes, one is decided again.
/// </summary>
internal sealed class PaymentDesk(
    UnitOfWork unit, RowLoader<Payment, PaymentsDbContext> payments, Turns<Payment> turns,
    GroupCommitter<PaymentsDbContext> committer, PaymentProvider provider, TimeProvider time)
{
    /// <summary>The payment once nobody else in this process is at work on it; nobody else will be until this message is done.</summary>
    public async Task<Payment?> Find(Guid orderId)
    {
        await unit.TakeTurn(turns, orderId);
        return await payments.Load(orderId);
    }

    /// <summary>How long ago the provider was first called, give or take what two clocks differ: no deadline hangs on it.</summary>
    public TimeSpan Age(Payment payment) => time.GetUtcNow() - payment.OpenedAt;

    /// <summary>Commits a new payment before anything is asked of the provider.</summary>
    public async Task Open(Payment payment)
    {
        var opening = new UnitOfWork();
        opening.Rows.Insert(payment);
        await committer.Commit(opening);
    }

    /// <summary>Asks the provider what became of an authorisation, and passes it on. Silence is passed on as silence.</summary>
    public async Task Resolve(ConsumeContext context, Payment payment) =>
        await Settle(context, payment, await provider.Resolve(
            payment.OrderId, payment.Total, payment.PaymentMethod, Age(payment), context.CancellationToken));

    /// <summary>Takes the provider's word for a payment that was being authorised.</summary>
    public async Task Settle(ConsumeContext context, Payment payment, AuthorizationResult result)
    {
        switch (result)
        {
            case AuthorizationResult.Authorized authorized:
                payment.Status = PaymentState.Authorized;
                payment.ProviderReference = authorized.Reference;
                Enter(payment, PaymentEntryKind.Authorization);
                if (payment.VoidReason is not null) await Void(context, payment);
                else
                {
                    unit.Rows.Update(payment);
                    await Answer(context, payment);
                }

                break;
            case AuthorizationResult.Declined declined:
                payment.Status = PaymentState.Declined;
                payment.ProviderReference = declined.Reference;
                payment.DeclineCode = declined.Code;
                payment.DeclineDetail = declined.Detail;
                unit.Rows.Update(payment);
                await Answer(context, payment);
                break;
            case AuthorizationResult.Unknown:
                break;
        }
    }

    /// <summary>Gives an authorisation back. While the provider does not confirm that, the wish stands in the row.</summary>
    /// <exception cref="InvalidOperationException">The money was captured: only a refund helps, and someone must see it.</exception>
    public async Task Void(ConsumeContext context, Payment payment)
    {
        unit.Rows.Update(payment);
        switch (await provider.Void(payment.OrderId, payment.ProviderReference!, context.CancellationToken))
        {
            case VoidResult.Voided:
                payment.Status = PaymentState.Voided;
                Enter(payment, PaymentEntryKind.Void);
                await Answer(context, payment);
                break;
            case VoidResult.AlreadyCaptured:
                throw new InvalidOperationException($"The payment of order {payment.OrderId} is captured and cannot be voided.");
            case VoidResult.Unknown:
                break;
        }
    }

    /// <summary>Says how the payment stands, also to one who asks again.</summary>
    public static Task Answer(ConsumeContext context, Payment payment) => payment.Status switch
    {
        PaymentState.Authorized => context.Publish(new PaymentAuthorized
        {
            OrderId = payment.OrderId,
            ProviderReference = payment.ProviderReference!,
            Amount = payment.Total,
        }),
        PaymentState.Declined when payment.VoidReason is null => context.Publish(new PaymentDeclined
        {
            OrderId = payment.OrderId,
            Code = payment.DeclineCode!,
            Detail = payment.DeclineDetail!,
        }),
        PaymentState.Declined or PaymentState.Voided => context.Publish(new PaymentVoided { OrderId = payment.OrderId }),
        _ => Task.CompletedTask,
    };

    /// <summary>Notes a payment whose state the caller has changed.</summary>
    public void Save(Payment payment) => unit.Rows.Update(payment);

    /// <summary>Notes a payment that the caller has made.</summary>
    public void Add(Payment payment) => unit.Rows.Insert(payment);

    public void Enter(Payment payment, PaymentEntryKind kind) => unit.Rows.Insert(new PaymentEntry
    {
        OrderId = payment.OrderId,
        Kind = kind,
        Amount = payment.Amount,
        Currency = payment.Currency,
        ProviderReference = payment.ProviderReference!,
    });
}
