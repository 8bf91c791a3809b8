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
    UnitOfWork unit, RowLoader<Payment, PaymentsDbContext> payments, RowLoader<PaymentAttempt, PaymentsDbContext> attempts,
    Turns<Payment> turns, GroupCommitter<PaymentsDbContext> committer, PaymentProvider provider, TimeProvider time)
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

    /// <summary>A capture or refund that was asked for before; null if it was not.</summary>
    /// <exception cref="InvalidOperationException">The id stands for something else.</exception>
    public async Task<PaymentAttempt?> FindAttempt(Guid id, PaymentAttemptKind kind, Guid orderId)
    {
        var attempt = await attempts.Load(id);
        return attempt is null || (attempt.Kind == kind && attempt.OrderId == orderId)
            ? attempt
            : throw new InvalidOperationException($"The id {id} is that of a {attempt.Kind} of order {attempt.OrderId}.");
    }

    /// <summary>
    /// Commits an attempt, and what the payment's row counts for it, before anything is asked of the provider.
    /// </summary>
    /// <returns>Both as they are now.</returns>
    public async Task<(Payment Payment, PaymentAttempt Attempt)> Open(Payment payment, PaymentAttempt attempt, bool isNew)
    {
        var opening = new UnitOfWork();
        opening.Rows.Update(payment);
        if (isNew) opening.Rows.Insert(attempt);
        else opening.Rows.Update(attempt);
        await committer.Commit(opening);
        return ((await payments.Load(payment.OrderId))!, (await attempts.Load(attempt.Id))!);
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
                Enter(payment, PaymentEntryKind.Authorization, Guid.Empty, payment.Amount);
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

    /// <summary>
    /// Gives an authorisation back. While the provider does not confirm that, the wish stands in the row; of money that was
    /// taken it is refused, and someone must see it.
    /// </summary>
    public async Task Void(ConsumeContext context, Payment payment)
    {
        unit.Rows.Update(payment);
        switch (await provider.Void(payment.ProviderReference!, context.CancellationToken))
        {
            case VoidResult.Voided:
                payment.Status = PaymentState.Voided;
                Enter(payment, PaymentEntryKind.Void, Guid.Empty, payment.Amount);
                await Answer(context, payment);
                break;
            // What was taken has gone back, and now the rest is released, too.
            case VoidResult.AlreadyCaptured { Amount.Amount: > 0 } captured
                when captured.Amount.Amount == payment.CapturedAmount && !payment.HoldsCaptured:
                payment.Status = PaymentState.Voided;
                Enter(payment, PaymentEntryKind.Void, Guid.Empty, payment.Amount - payment.CapturedAmount);
                await Answer(context, payment);
                break;
            case VoidResult.AlreadyCaptured captured:
                RefuseVoid(payment, $"{payment.VoidReason}; the provider has taken {captured.Amount.Amount} of {payment.Total}");
                payment.VoidReason = null;
                break;
            case VoidResult.Unknown:
                break;
        }
    }

    /// <summary>Leaves a payment as it is of which money was taken, and tells operators that someone wanted it void.</summary>
    public void RefuseVoid(Payment payment, string detail) =>
        unit.Rows.InsertOnce(Finding.Of(payment.OrderId, FindingKind.VoidAfterCapture, detail));

    /// <summary>Says how the payment stands, also to one who asks again.</summary>
    public static Task Answer(ConsumeContext context, Payment payment) => payment.Status switch
    {
        PaymentState.Authorized or PaymentState.Captured => context.Publish(new PaymentAuthorized
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

    /// <summary>Notes an attempt whose status the caller has changed, or that the caller has made.</summary>
    public void Save(PaymentAttempt attempt, bool isNew = false)
    {
        if (isNew) unit.Rows.Insert(attempt);
        else unit.Rows.Update(attempt);
    }

    /// <summary>Notes a payment that the caller has made.</summary>
    public void Add(Payment payment) => unit.Rows.Insert(payment);

    /// <summary>Notes a movement that the provider has confirmed.</summary>
    /// <param name="payment">Whose it is.</param>
    /// <param name="kind">What was done.</param>
    /// <param name="referenceId">Of a capture or refund its id; otherwise empty.</param>
    /// <param name="amount">In minor units.</param>
    public void Enter(Payment payment, PaymentEntryKind kind, Guid referenceId, long amount) =>
        unit.Rows.Insert(new PaymentEntry
        {
            OrderId = payment.OrderId,
            Kind = kind,
            ReferenceId = referenceId,
            Amount = amount,
            Currency = payment.Currency,
            ProviderReference = payment.ProviderReference!,
        });
}
