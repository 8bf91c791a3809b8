namespace Shop.Contracts.Orders;

// Commands

/// <summary>Starts the checkout of an order that the API has accepted with 202. Sent once per accepted request.</summary>
[SentTo(Queues.Checkout)]
public sealed record SubmitCheckout : ICommand
{
    public required Guid OrderId { get; init; }

    /// <summary>Whose order it is: <c>user:{id}</c> or <c>guest:{session}</c>.</summary>
    public required string Owner { get; init; }

    public required string Email { get; init; }
    public required Address ShippingAddress { get; init; }
    public required string ShippingMethod { get; init; }

    /// <summary>The provider's token for a card, never a card number.</summary>
    public required string PaymentMethod { get; init; }

    public required IReadOnlyList<OrderLine> Lines { get; init; }
    public required Money Shipping { get; init; }
    public required Money Total { get; init; }

    /// <summary>When the API accepted it (UTC).</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Printed, it tells neither the person nor the card.</summary>
    public override string ToString() => $"{nameof(SubmitCheckout)} {{ OrderId = {OrderId} }}";
}

/// <summary>
/// Gives an order up: its stock and money go back, and it ends as CANCELLED. One that has ended or has left a warehouse
/// stays as it is. It may overtake the order's <see cref="SubmitCheckout"/>, and be repeated.
/// </summary>
[SentTo(Queues.Checkout)]
public sealed record CancelOrder : ICommand
{
    public required Guid OrderId { get; init; }
}

/// <summary>The time that a checkout's present step may take has passed. Scheduled by the checkout to itself.</summary>
[SentTo(Queues.Checkout)]
public sealed record CheckoutDeadlinePassed : ICommand
{
    public required Guid OrderId { get; init; }
}

// Events

/// <summary>Payment is authorised and the stock is being sold: fulfilment, mail and the rest may begin.</summary>
public sealed record OrderConfirmed : IEvent
{
    public required Guid OrderId { get; init; }
    public required string Owner { get; init; }
    public required string Email { get; init; }
    public required Address ShippingAddress { get; init; }
    public required string ShippingMethod { get; init; }
    public required IReadOnlyList<OrderLine> Lines { get; init; }
    public required IReadOnlyList<Inventory.Allocation> Allocations { get; init; }
    public required Money Total { get; init; }

    /// <summary>Printed, it does not tell the person.</summary>
    public override string ToString() => $"{nameof(OrderConfirmed)} {{ OrderId = {OrderId} }}";
}

/// <summary>The first parcel of an order has left. Later ones tell themselves: <see cref="Fulfillment.ParcelHandedOver"/>.</summary>
public sealed record OrderShipped : IEvent
{
    public required Guid OrderId { get; init; }
    public required string Owner { get; init; }
    public required string Email { get; init; }
    public required string Carrier { get; init; }
    public required string TrackingNumber { get; init; }

    /// <summary>Printed, it does not tell the person.</summary>
    public override string ToString() => $"{nameof(OrderShipped)} {{ OrderId = {OrderId} }}";
}

/// <summary>The last parcel of an order has arrived.</summary>
public sealed record OrderDelivered : IEvent
{
    public required Guid OrderId { get; init; }
    public required string Owner { get; init; }
    public required string Email { get; init; }

    /// <summary>Printed, it does not tell the person.</summary>
    public override string ToString() => $"{nameof(OrderDelivered)} {{ OrderId = {OrderId} }}";
}

/// <summary>The order ended without success; it holds no stock and no money, or is being relieved of both.</summary>
public sealed record OrderEnded : IEvent
{
    public required Guid OrderId { get; init; }

    /// <summary>One of the words of <see cref="OrderStatus"/>.</summary>
    public required string Status { get; init; }

    public required string Reason { get; init; }

    /// <summary>Whether <see cref="OrderConfirmed"/> was published before, so that its hearers must undo.</summary>
    public required bool WasConfirmed { get; init; }

    /// <summary>Null in messages of hosts that did not tell it yet.</summary>
    public string? Owner { get; init; }

    /// <summary>Null in messages of hosts that did not tell it yet.</summary>
    public string? Email { get; init; }

    /// <summary>Printed, it does not tell the person.</summary>
    public override string ToString() => $"{nameof(OrderEnded)} {{ OrderId = {OrderId}, Status = {Status} }}";
}

// Values

/// <summary>One SKU of an order at the price it was accepted at.</summary>
public sealed record OrderLine(string Sku, string Title, int Quantity, Money UnitPrice);

/// <summary>The words that clients see as an order's status, in order of life.</summary>
public static class OrderStatus
{
    public const string Received = "RECEIVED";
    public const string PendingPayment = "PENDING_PAYMENT";
    public const string PaymentUnknown = "PAYMENT_UNKNOWN";
    public const string Confirmed = "CONFIRMED";
    public const string Shipped = "SHIPPED";
    public const string Delivered = "DELIVERED";
    public const string OutOfStock = "OUT_OF_STOCK";
    public const string PaymentFailed = "PAYMENT_FAILED";
    public const string Cancelled = "CANCELLED";
    public const string Expired = "EXPIRED";
    public const string ReturnRequested = "RETURN_REQUESTED";
    public const string Returned = "RETURNED";
    public const string Refunded = "REFUNDED";
}

/// <summary>Queues that take several kinds of message.</summary>
public static class Queues
{
    public const string Checkout = "orders.checkout";
    public const string Returns = "returns.return";
}
