using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Contracts;
using Shop.Contracts.Payments;
using Shop.Messaging;
using Shop.Messaging.GroupCommit;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Payments;

/// <summary>
/// Compares our books, the provider's journal and the orders, and puts right what can be without anybody losing money. A
/// difference stands in a finding before it is mended, and is closed when it is found no more.
/// </summary>
internal sealed partial class Reconciler(
    Sweeper sweeper, OrderBooksReader books, FindingWriter findings, PaymentProvider provider,
    GroupCommitter<PaymentsDbContext> committer, IOptions<ReconciliationOptions> options, ILogger<Reconciler> logger)
{
    private const int MostRechecked = 50;
    private const int MostMissing = 100;
    private const int MostForgotten = 5_000;

    private static readonly Guid OrderEnded = new("8f6d9f0c-6c0b-4c4e-8f6e-0a4f1c9d2b33");

    /// <summary>Reads on in the provider's lists as far as one run may, and compares what they speak of.</summary>
    /// <param name="send">Hands a command to its consumer. One that is lost is sent again by a later run.</param>
    /// <param name="cancellationToken">Ends the run between two pages.</param>
    public async Task Run(Func<ICommand, Task> send, CancellationToken cancellationToken)
    {
        foreach (var list in Sweeper.All)
        {
            for (var pages = 0; pages < options.Value.PagesEachRun; pages++)
            {
                if (await sweeper.Next(list, cancellationToken) is not { } page) break;
                await Compare(page.Orders, send, cancellationToken);
                await sweeper.Pass(page, cancellationToken);
                if (page.Last is null && list.StartsWith(Sweeper.Payments, StringComparison.Ordinal))
                    await Compare(
                        await sweeper.Missing(page.Window, MostMissing, cancellationToken), send, cancellationToken);
            }
        }

        await Recheck(send, cancellationToken);
        await findings.MendVoids(cancellationToken);
        await sweeper.Forget(MostForgotten, cancellationToken);
        PaymentsTelemetry.AreOpen(await findings.CountOpen(cancellationToken));
    }

    /// <summary>What is open is looked at again, as it is at the provider now.</summary>
    private async Task Recheck(Func<ICommand, Task> send, CancellationToken cancellationToken)
    {
        var (orders, references) = await findings.TakeOpen(MostRechecked, cancellationToken);
        await sweeper.Refresh(references, cancellationToken);
        await Compare(orders, send, cancellationToken);
    }

    private async Task Compare(
        IReadOnlyList<Guid> orders, Func<ICommand, Task> send, CancellationToken cancellationToken)
    {
        if (orders.Count == 0) return;
        var horizon = await sweeper.Look(cancellationToken);
        var compared = new List<(OrderBooks Books, IReadOnlyList<Difference> Found)>();
        foreach (var order in await books.Read(orders, cancellationToken))
            if (Comparison.Of(order, horizon) is { } found) compared.Add((order, found));
        await findings.Raise(
            [
                .. compared.SelectMany(order => order.Found.Select(difference =>
                    Finding.Of(order.Books.OrderId, difference.Kind, difference.Detail))),
            ],
            cancellationToken);
        foreach (var (order, found) in compared)
            foreach (var difference in found.Where(difference => difference.Mend is not null))
                await Put(order, difference, send, cancellationToken);
        await findings.MendOthers(
            [.. compared.Select(order => order.Books.OrderId)],
            [.. compared.SelectMany(order => order.Found.Select(found => Finding.IdOf(order.Books.OrderId, found.Kind)))],
            cancellationToken);
    }

    private async Task Put(
        OrderBooks order, Difference difference, Func<ICommand, Task> send, CancellationToken cancellationToken)
    {
        LogMending(difference.Kind, order.OrderId, difference.Detail);
        switch (difference.Mend)
        {
            case Mend.VoidByCommand:
                await send(new VoidPayment { OrderId = order.OrderId, Reason = $"reconciliation: {difference.Kind}" });
                break;
            case Mend.VoidAtProvider extra:
                await provider.Void(extra.Reference, cancellationToken);
                break;
            case Mend.RefundByCommand refund:
                // What was taken is part of the id: should more be taken later, that goes back as well.
                await send(new RefundPayment
                {
                    OrderId = order.OrderId,
                    RefundId = MessageIds.Derive(order.OrderId, OrderEnded, (int)order.Payment!.CapturedAmount),
                    Amount = new Money(refund.Amount, refund.Currency),
                    Reason = $"reconciliation: {difference.Kind}",
                });
                break;
            case Mend.EnterCapture capture:
                await Enter(order, PaymentEntryKind.Capture, capture.Id, capture.Amount, payment =>
                {
                    payment.CapturedAmount += capture.Amount;
                    if (order.Theirs.Any(theirs =>
                        theirs is { Status: "succeeded" } && theirs.Reference == payment.ProviderReference))
                        payment.Status = PaymentState.Captured;
                });
                break;
            case Mend.EnterRefund refund:
                await Enter(order, PaymentEntryKind.Refund, refund.Id, refund.Amount,
                    payment => payment.RefundedAmount += refund.Amount);
                break;
            case Mend.EnterVoid:
                await Enter(order, PaymentEntryKind.Void, Guid.Empty, order.Payment!.Amount,
                    payment => payment.Status = PaymentState.Voided);
                break;
        }
    }

    /// <summary>
    /// Enters what the provider has confirmed and our books did not have, with what its attempt came to. Whoever changed the
    /// payment meanwhile is right, and it is compared anew.
    /// </summary>
    private async Task Enter(
        OrderBooks order, PaymentEntryKind kind, Guid referenceId, long amount, Action<Payment> change)
    {
        var payment = order.Payment!;
        var unit = new UnitOfWork();
        change(payment);
        unit.Rows.Update(payment);
        unit.Rows.Insert(new PaymentEntry
        {
            OrderId = order.OrderId,
            Kind = kind,
            ReferenceId = referenceId,
            Amount = amount,
            Currency = payment.Currency,
            ProviderReference = payment.ProviderReference!,
        });
        if (order.Attempts.FirstOrDefault(attempt => attempt.Id == referenceId) is { } attempt)
        {
            attempt.Status = PaymentAttemptStatus.Done;
            unit.Rows.Update(attempt);
        }

        try
        {
            await committer.Commit(unit);
        }
        catch (PostgresException lost) when (lost.SqlState
            is PostgresErrorCodes.DivisionByZero or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.CheckViolation)
        {
            LogLost(kind, order.OrderId, lost.SqlState);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Mending {Kind} of order {OrderId}: {Detail}")]
    private partial void LogMending(FindingKind kind, Guid orderId, string detail);

    [LoggerMessage(LogLevel.Warning, "A {Kind} of order {OrderId} could not be entered ({SqlState}); it is compared anew.")]
    private partial void LogLost(PaymentEntryKind kind, Guid orderId, string sqlState);
}
