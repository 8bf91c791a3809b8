using Shop.Api.Admin;
using Shop.Api.Http;
using Shop.Api.Orders;
using Shop.Contracts.Returns;
using Shop.Messaging.Outbox;

namespace Shop.Api.Returns;

/// <summary>
/// Takes returns. What can be returned is looked up first; of those who ask for the same units at once, the order itself
/// decides, and the one that comes too late is rejected.
/// </summary>
internal sealed class ReturnDesk(ReturnReads returns, OrderReads orders, CommandDesk desk)
{
    /// <param name="orderId">The order.</param>
    /// <param name="owner">Whose it must be.</param>
    /// <param name="key">The client's name for this return, if it gave one: a repeat is the same return.</param>
    /// <param name="request">What has been checked.</param>
    /// <param name="cancellationToken">Ends the looking up.</param>
    public async Task<IResult> Open(
        Guid orderId, string owner, string? key, ReturnRequest request, CancellationToken cancellationToken)
    {
        var returnId = key is null ? Guid.CreateVersion7() : MessageIds.Of($"{orderId}\n{owner}\n{key}");
        if (key is not null && await returns.Find(orderId, returnId, owner, cancellationToken) is { } known)
            return Accepted(orderId, returnId, known.Status);
        var order = await returns.FindOrder(orderId, owner, cancellationToken);
        if (order is not { InTime: true })
            return (order?.Status ?? (await orders.Find(orderId, owner))?.Status) is { } status
                ? Problems.NotReturnable.Because(
                    $"It is {status}: an order can be returned once it is delivered, and for a time after that.")
                : OrderEndpoints.NoSuchOrder();
        if (request.Lines!.Any(line => line.Quantity > order.Left.GetValueOrDefault(line.Sku!)))
            return Problems.NotReturnable.Because("These are more units than were bought and are not returned already.");
        await desk.Accept(new RequestReturn
        {
            ReturnId = returnId,
            OrderId = orderId,
            Owner = owner,
            Lines = [.. request.Lines!.Select(line => new ReturnLine(line.Sku!, line.Quantity!.Value, line.Reason!))],
        }, $"return {returnId}");
        return Accepted(orderId, returnId, ReturnStatus.Requested);
    }

    /// <summary>Notes what came back, once.</summary>
    public async Task<IResult> Receive(
        Guid returnId, ReturnReceiptRequest receipt, AdminReads warehouses, CancellationToken cancellationToken)
    {
        if (await returns.Find(returnId, cancellationToken) is not { } back) return NoSuchReturn();
        var errors = ReturnRules.Check(receipt, back.Detail.Lines);
        if (errors.Count > 0) return Problems.Invalid(errors);
        if (receipt.Warehouse is { } code && !await warehouses.HasWarehouse(code, cancellationToken))
            return Problems.Invalid("warehouse", "There is no warehouse with this code.");
        List<ReceivedLine> lines = [.. receipt.Lines!.Select(line => line.ToLine())];
        if (back.Received is not null && back.Received.SequenceEqual(lines))
            return TypedResults.Accepted((string?)null);
        if (back.Received is not null || back.Warehouse is null || back.Detail.Status == ReturnStatus.Rejected)
            return Problems.NotReturnable.Because($"The return is {back.Detail.Status}.");
        await desk.Accept(
            new ReceiveReturn { ReturnId = returnId, Warehouse = receipt.Warehouse ?? back.Warehouse, Lines = lines },
            $"return {returnId}");
        return TypedResults.Accepted((string?)null);
    }

    public async Task<IResult> RetryRefund(Guid returnId, CancellationToken cancellationToken)
    {
        if (await returns.Find(returnId, cancellationToken) is not { } back) return NoSuchReturn();
        if (back.Detail.Status != ReturnStatus.RefundFailed)
            return Problems.NotReturnable.Because($"The return is {back.Detail.Status}: no refund has failed.");
        await desk.Accept(new RetryRefund { ReturnId = returnId }, $"return {returnId}");
        return TypedResults.Accepted((string?)null);
    }

    public static ProblemResult NoSuchReturn() => Problems.NotFound.Because("There is no return with this id.");

    private static IResult Accepted(Guid orderId, Guid returnId, string status)
    {
        var url = ReturnReads.UrlOf(orderId, returnId);
        return TypedResults.Accepted(
            url, new ReturnAccepted(returnId, orderId, status, url, new ReturnLabelView(url + "/label", null, null)));
    }
}
