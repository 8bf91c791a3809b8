namespace Shop.Contracts.Returns;

// Commands

/// <summary>Asks to send parts of a delivered order back. The order itself decides whether they still can be.</summary>
[SentTo(Orders.Queues.Returns)]
public sealed record RequestReturn : ICommand
{
    public required Guid ReturnId { get; init; }
    public required Guid OrderId { get; init; }

    /// <summary>Whose order it is: <c>user:{id}</c> or <c>guest:{session}</c>.</summary>
    public required string Owner { get; init; }

    /// <summary>One line a SKU, each quantity positive.</summary>
    public required IReadOnlyList<ReturnLine> Lines { get; init; }
}

/// <summary>
/// Sets units of an order aside for one return, all lines or none, never more than were bought. Answered by
/// <see cref="ReturnClaimed"/> or <see cref="ReturnClaimRejected"/>, also when repeated.
/// </summary>
[SentTo(Orders.Queues.Checkout)]
public sealed record ClaimReturn : ICommand
{
    public required Guid OrderId { get; init; }
    public required Guid ReturnId { get; init; }
    public required IReadOnlyList<Inventory.StockLine> Lines { get; init; }
}

/// <summary>The goods of a return came to a warehouse and were looked at. Counts once for a return.</summary>
[SentTo(Orders.Queues.Returns)]
public sealed record ReceiveReturn : ICommand
{
    public required Guid ReturnId { get; init; }

    /// <summary>Where they are, and go into stock again.</summary>
    public required string Warehouse { get; init; }

    public required IReadOnlyList<ReceivedLine> Lines { get; init; }
}

/// <summary>Tries a refund again that the payment provider had refused.</summary>
[SentTo(Orders.Queues.Returns)]
public sealed record RetryRefund : ICommand
{
    public required Guid ReturnId { get; init; }
}

/// <summary>The time that a return's present step may take has passed. Scheduled by the return to itself.</summary>
[SentTo(Orders.Queues.Returns)]
public sealed record ReturnDeadlinePassed : ICommand
{
    public required Guid ReturnId { get; init; }
}

// Events

/// <summary>The units are set aside for this return, at the prices they were bought for.</summary>
public sealed record ReturnClaimed : IEvent
{
    public required Guid OrderId { get; init; }
    public required Guid ReturnId { get; init; }
    public required string Email { get; init; }

    /// <summary>Where the goods were delivered, so where they come from.</summary>
    public required Address From { get; init; }

    /// <summary>Where they were sold, so where they go.</summary>
    public required string Warehouse { get; init; }

    public required IReadOnlyList<ClaimedLine> Lines { get; init; }

    /// <summary>What goes back beside the goods' price if all of them are accepted: the shipping of an order returned as a whole.</summary>
    public required Money Shipping { get; init; }

    /// <summary>Printed, it does not tell the person.</summary>
    public override string ToString() => $"{nameof(ReturnClaimed)} {{ ReturnId = {ReturnId}, OrderId = {OrderId} }}";
}

/// <summary>The order was not delivered, or these units are returned already.</summary>
public sealed record ReturnClaimRejected : IEvent
{
    public required Guid OrderId { get; init; }
    public required Guid ReturnId { get; init; }
    public required string Reason { get; init; }
}

/// <summary>Goods came back, and so much of them was accepted: what was not may be returned again.</summary>
public sealed record ReturnReceived : IEvent
{
    public required Guid OrderId { get; init; }
    public required Guid ReturnId { get; init; }
    public required IReadOnlyList<Inventory.StockLine> Accepted { get; init; }
}

/// <summary>The money of a return has gone back.</summary>
public sealed record ReturnRefunded : IEvent
{
    public required Guid ReturnId { get; init; }
    public required Guid OrderId { get; init; }
    public required string Owner { get; init; }
    public required string Email { get; init; }
    public required Money Amount { get; init; }

    /// <summary>Printed, it does not tell the person.</summary>
    public override string ToString() => $"{nameof(ReturnRefunded)} {{ ReturnId = {ReturnId}, OrderId = {OrderId} }}";
}

/// <summary>
/// A return that had been claimed came to nothing. Rejected, its units may be returned again; expired, they stay set aside
/// for it, since goods that come late are taken all the same.
/// </summary>
public sealed record ReturnClosed : IEvent
{
    public required Guid OrderId { get; init; }
    public required Guid ReturnId { get; init; }

    /// <summary>One of the words of <see cref="ReturnStatus"/>.</summary>
    public required string Status { get; init; }

    public required string Reason { get; init; }
}

// Values

public sealed record ReturnLine(string Sku, int Quantity, string Reason);

public sealed record ClaimedLine(string Sku, int Quantity, Money UnitPrice);

/// <summary>Units that came back, in a <paramref name="Condition"/> of <see cref="ReturnCondition"/>.</summary>
public sealed record ReceivedLine(string Sku, int Quantity, string Condition);

/// <summary>What the inspection made of returned goods.</summary>
public static class ReturnCondition
{
    /// <summary>As new: refunded, and in stock again.</summary>
    public const string Sellable = "SELLABLE";

    /// <summary>Refunded and written off.</summary>
    public const string Damaged = "DAMAGED";

    /// <summary>Not accepted: neither refunded nor in stock.</summary>
    public const string Refused = "REFUSED";

    public static readonly IReadOnlyList<string> All = [Sellable, Damaged, Refused];
}

/// <summary>The words that clients see as a return's status, in order of life.</summary>
public static class ReturnStatus
{
    public const string Requested = "REQUESTED";
    public const string LabelSent = "LABEL_SENT";
    public const string Received = "RECEIVED";
    public const string Inspected = "INSPECTED";
    public const string Restocked = "RESTOCKED";
    public const string WrittenOff = "WRITTEN_OFF";

    /// <summary>The payment provider refused: people see to it.</summary>
    public const string RefundFailed = "REFUND_FAILED";

    public const string Refunded = "REFUNDED";
    public const string Rejected = "REJECTED";
    public const string Expired = "EXPIRED";
}
