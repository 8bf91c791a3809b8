namespace Shop.Contracts.Fulfillment;

// Commands

/// <summary>
/// Asks that nothing of an order be shipped. Answered by <see cref="FulfillmentStopped"/>, or by
/// <see cref="FulfillmentStopRejected"/> once a part of it has left; also when repeated, and before the order has come.
/// </summary>
public sealed record StopFulfillment : ICommand
{
    public required Guid OrderId { get; init; }
    public required string Reason { get; init; }
}

// Events

/// <summary>Nothing of this order was shipped, and nothing will be.</summary>
public sealed record FulfillmentStopped : IEvent
{
    public required Guid OrderId { get; init; }
}

/// <summary>A carrier has some of this order already: it goes on as if nobody had asked.</summary>
public sealed record FulfillmentStopRejected : IEvent
{
    public required Guid OrderId { get; init; }
}
