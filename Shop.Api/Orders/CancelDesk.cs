using Shop.Api.Http;
using Shop.Api.Requests;
using Shop.Contracts.Orders;
using Shop.Messaging;
using Shop.Messaging.GroupCommit;
using Shop.Messaging.Outbox;

namespace Shop.Api.Orders;

/// <summary>The answer 202 to a cancellation: where to see whether it came in time.</summary>
internal sealed record OrderCancelling(Guid OrderId, string Status, string StatusUrl, string EventsUrl);

/// <summary>
/// Takes cancellations. The order's status says whether one can still succeed, and the order itself decides when the
/// command has come to it: an order that has left a warehouse meanwhile stays as it is.
/// </summary>
internal sealed class CancelDesk(
    OrderReads orders,
    MessageComposer composer,
    GroupCommitter<RequestsDbContext> committer,
    OutboxWriter<RequestsDbContext> outbox)
{
    private static readonly Guid Cause = new("5c2f7a0d-91d3-4d0e-8a47-3f6b0c9be215");

    public async Task<IResult> Cancel(Guid orderId, string owner)
    {
        if (await orders.Find(orderId, owner) is not { } order) return OrderEndpoints.NoSuchOrder();
        if (OrderPace.IsCancellable(order.Status)) await HandOver(orderId);
        else if (order.Status != OrderStatus.Cancelled)
            return Problems.NotCancellable.Because($"It is {order.Status}.");
        var statusUrl = $"/orders/{orderId}";
        return TypedResults.Accepted(
            statusUrl, new OrderCancelling(orderId, order.Status, statusUrl, statusUrl + "/events"));
    }

    private async Task HandOver(Guid orderId)
    {
        var unit = new UnitOfWork();
        await composer.Send(
            unit, new CancelOrder { OrderId = orderId }, MessageIds.Derive(orderId, Cause, 0), orderId,
            CancellationToken.None);
        await committer.Commit(unit);
        outbox.DeliverLater(unit);
    }
}
