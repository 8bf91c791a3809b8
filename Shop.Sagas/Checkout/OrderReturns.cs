using System.Text.Json.Serialization;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;

namespace Shop.Sagas.Checkout;

/// <summary>Units of an order that a return has set aside, or brought back.</summary>
internal sealed record OrderReturn(Guid ReturnId, OrderReturnState State, IReadOnlyList<StockLine> Lines);

[JsonConverter(typeof(JsonStringEnumConverter<OrderReturnState>))]
internal enum OrderReturnState
{
    Requested,

    /// <summary>Its time has passed. Nothing is waited for, but goods that come late are still this return's.</summary>
    Lapsed,

    Received,
    Refunded,

    /// <summary>Rejected: it holds nothing.</summary>
    Closed,
}

/// <summary>
/// Which units of a delivered order are being returned. The order's row serialises all claims, so that no unit is
/// returned twice, however many ask at once.
/// </summary>
internal static class OrderReturns
{
    /// <summary>Of one order, closed ones included.</summary>
    public const int Most = 50;

    /// <summary>The order's returns with this one; null if it asks for more than is left.</summary>
    public static IReadOnlyList<OrderReturn>? Claim(this Order order, Guid returnId, IReadOnlyList<StockLine> lines)
    {
        if (order.Returns.FirstOrDefault(claim => claim.ReturnId == returnId) is { } known)
            return known.State == OrderReturnState.Closed ? null : order.Returns;
        if (order.Returns.Count >= Most || lines.Count == 0 || lines.Any(line => line.Quantity <= 0)) return null;
        foreach (var asked in lines.GroupBy(line => line.Sku, line => (long)line.Quantity))
        {
            var bought = order.Lines.Where(line => line.Sku == asked.Key).Sum(line => (long)line.Quantity);
            var claimed = order.Returns.Where(claim => claim.State != OrderReturnState.Closed)
                .SelectMany(claim => claim.Lines).Where(line => line.Sku == asked.Key).Sum(line => (long)line.Quantity);
            if (asked.Sum() > bought - claimed) return null;
        }

        return [.. order.Returns, new OrderReturn(returnId, OrderReturnState.Requested, lines)];
    }

    /// <summary>
    /// The order's returns with this one moved on; one that went further stays there. What was accepted of it is known from
    /// then on, whatever comes first.
    /// </summary>
    public static IReadOnlyList<OrderReturn> With(
        this IReadOnlyList<OrderReturn> returns, Guid returnId, OrderReturnState state, IReadOnlyList<StockLine>? lines = null) =>
    [
        .. returns.Select(claim => claim.ReturnId == returnId && claim.State != OrderReturnState.Closed
            ? claim with { State = claim.State < state ? state : claim.State, Lines = lines ?? claim.Lines }
            : claim),
    ];

    /// <summary>Whether this return alone takes back everything that was bought.</summary>
    public static bool IsWhole(this Order order, IReadOnlyList<StockLine> lines) =>
        order.Lines.All(bought => lines.Where(line => line.Sku == bought.Sku).Sum(line => line.Quantity) >= bought.Quantity);

    /// <summary>What the returns of a delivered order make of its status: what is furthest from its end shows.</summary>
    public static string Status(this IReadOnlyList<OrderReturn> returns) =>
        returns.Any(claim => claim.State == OrderReturnState.Requested) ? OrderStatus.ReturnRequested
        : returns.Any(claim => claim.State == OrderReturnState.Received) ? OrderStatus.Returned
        : returns.Any(claim => claim.State == OrderReturnState.Refunded) ? OrderStatus.Refunded
        : OrderStatus.Delivered;
}
