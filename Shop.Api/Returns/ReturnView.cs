using System.Text.Json.Serialization;
using Shop.Api.Orders;
using Shop.Contracts;
using Shop.Contracts.Returns;

namespace Shop.Api.Returns;

/// <summary>The answer 202: the return's id, and where its label will be.</summary>
internal sealed record ReturnAccepted(Guid Id, Guid OrderId, string Status, string StatusUrl, ReturnLabelView Label);

/// <summary>A return as the one who sends it back sees it.</summary>
internal sealed record ReturnDetail
{
    public required Guid Id { get; init; }
    public required Guid OrderId { get; init; }

    /// <summary>One of <c>REQUESTED</c>, <c>LABEL_SENT</c>, <c>RECEIVED</c>, <c>INSPECTED</c>, <c>RESTOCKED</c>,
    /// <c>WRITTEN_OFF</c>, <c>REFUND_FAILED</c>, <c>REFUNDED</c>, <c>REJECTED</c>, <c>EXPIRED</c>.</summary>
    public required string Status { get; init; }

    public required IReadOnlyList<ReturnLine> Lines { get; init; }
    public required ReturnRefundView Refund { get; init; }
    public required ReturnLabelView Label { get; init; }
    public required DateTime CreatedAt { get; init; }
    public required IReadOnlyList<OrderStep> History { get; init; }
}

/// <summary><c>Status</c> is <c>NONE</c>, <c>PENDING</c>, <c>FAILED</c> or <c>REFUNDED</c>.</summary>
internal sealed record ReturnRefundView(
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? Amount = null)
{
    public static ReturnRefundView Of(string status, Money? amount) => (status, amount) switch
    {
        (ReturnStatus.Rejected, _) or (_, null) => new("NONE"),
        (ReturnStatus.Refunded, _) => new("REFUNDED", amount),
        (ReturnStatus.RefundFailed, _) => new("FAILED", amount),
        _ => new("PENDING", amount),
    };
}

/// <summary>The carrier and its number are null until it is booked; from then on the address has the label.</summary>
internal sealed record ReturnLabelView(string Url, string? Carrier, string? TrackingNumber);
