using System.Text.Json.Serialization;
using Shop.Api.Requests;
using Shop.Contracts;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;

namespace Shop.Api.Orders;

/// <summary>An order as its owner sees it.</summary>
internal sealed record OrderView
{
    public required Guid Id { get; init; }
    public required string Status { get; init; }

    /// <summary>Whether its status will change no more by itself.</summary>
    public bool Terminal => OrderPace.IsTerminal(Status);

    /// <summary>How long to wait before asking again, in milliseconds; null when there is nothing to wait for.</summary>
    public int? PollAfterMs => OrderPace.PollAfter(Status);

    public required Money Total { get; init; }
    public required IReadOnlyList<OrderLineView> Lines { get; init; }
    public required Address ShippingAddress { get; init; }
    public required OrderPaymentView Payment { get; init; }
    public IReadOnlyList<ShipmentView> Shipments { get; init; } = [];
    public IReadOnlyList<ReturnView> Returns { get; init; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OrderFailureView? Failure { get; init; }

    public required DateTime CreatedAt { get; init; }
    public required IReadOnlyList<OrderStep> History { get; init; }

    /// <summary>One that was accepted, and whose own record is still being written.</summary>
    public static OrderView Accepted(Guid id, AcceptedOrder order) => new()
    {
        Id = id,
        Status = OrderStatus.Received,
        Total = order.Total,
        Lines = OrderLineView.Of(order.Lines),
        ShippingAddress = order.ShippingAddress,
        Payment = OrderPaymentView.None,
        CreatedAt = order.AcceptedAt.UtcDateTime,
        History = [new OrderStep(1, OrderStatus.Received, order.AcceptedAt.UtcDateTime)],
    };
}

internal sealed record OrderLineView(string Sku, string Title, int Quantity, Money UnitPrice, Money LineTotal)
{
    public static IReadOnlyList<OrderLineView> Of(IReadOnlyList<OrderLine> lines)
    {
        var views = new OrderLineView[lines.Count];
        for (var i = 0; i < views.Length; i++)
        {
            var (sku, title, quantity, price) = lines[i];
            views[i] = new OrderLineView(sku, title, quantity, price, price with { Amount = price.Amount * quantity });
        }

        return views;
    }
}

internal sealed record OrderPaymentView(string Status)
{
    public static readonly OrderPaymentView None = new("NONE");
}

/// <summary>A parcel. Its carrier and its number are known once it is labelled; its status is one of <c>ParcelStatus</c>.</summary>
internal sealed record ShipmentView(
    string? Carrier, string? TrackingNumber, string Status, string Warehouse, IReadOnlyList<StockLine> Lines);

internal sealed record ReturnView(Guid Id, string Status);

/// <summary>Why it ended without success, in a code and in words, with the lines it concerns.</summary>
internal sealed record OrderFailureView(string Code, string Detail, IReadOnlyList<Shortage> Lines);

/// <summary>A line of its history, numbered from 1 without a gap.</summary>
internal sealed record OrderStep(
    int Sequence,
    string Status,
    DateTime At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null)
{
    /// <summary>The database writes times with the offset of its own zone.</summary>
    public static OrderStep[] Utc(IReadOnlyList<OrderStep> steps)
    {
        var history = new OrderStep[steps.Count];
        for (var i = 0; i < history.Length; i++) history[i] = steps[i] with { At = steps[i].At.ToUniversalTime() };
        return history;
    }
}

/// <summary>How soon an order is worth another look.</summary>
internal static class OrderPace
{
    /// <summary>Whether it is being worked on this moment, rather than waiting for someone.</summary>
    public static bool IsBrisk(string status) => status is OrderStatus.Received or OrderStatus.PendingPayment;

    /// <summary>Whether a cancellation may still succeed; the order itself decides.</summary>
    public static bool IsCancellable(string status) => status is OrderStatus.Received or OrderStatus.PendingPayment
        or OrderStatus.PaymentUnknown or OrderStatus.Confirmed;

    public static bool MayHaveShipments(string status) => status is OrderStatus.Confirmed or OrderStatus.Shipped
        or OrderStatus.Delivered or OrderStatus.ReturnRequested or OrderStatus.Returned or OrderStatus.Refunded;

    public static bool MayHaveReturns(string status) => status is OrderStatus.Delivered or OrderStatus.ReturnRequested
        or OrderStatus.Returned or OrderStatus.Refunded;

    public static bool IsTerminal(string status) => status is OrderStatus.Delivered or OrderStatus.Refunded
        or OrderStatus.OutOfStock or OrderStatus.PaymentFailed or OrderStatus.Cancelled or OrderStatus.Expired;

    public static int? PollAfter(string status) => status switch
    {
        OrderStatus.Received or OrderStatus.PendingPayment => 200,
        OrderStatus.PaymentUnknown => 2_000,
        OrderStatus.Confirmed => 5_000,
        _ => IsTerminal(status) ? null : 60_000,
    };
}
