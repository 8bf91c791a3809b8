using System.Text.Json;
using System.Text.Json.Serialization;
using Shop.Contracts.Orders;
using Shop.Contracts.Returns;

namespace Shop.Workers.Webhooks;

/// <summary>
/// What receivers hear of an order. Thin: what kind of thing happened to which order, so that whoever wants more asks for
/// the order as it is then.
/// </summary>
/// <param name="Type">Such as <c>order.confirmed</c>.</param>
/// <param name="Owner">Whose order it is; null if the event did not tell.</param>
/// <param name="OrderId">The order.</param>
/// <param name="SubjectId">What of the order it is about: one of its returns, or the order itself.</param>
/// <param name="Status">One of the words of <see cref="OrderStatus"/>.</param>
/// <param name="Sequence">
/// Its place in the life of an order, from 1 to 5: what has a lower one is older, whenever it is heard.
/// </param>
internal sealed record OrderNews(
    string Type, string? Owner, Guid OrderId, Guid SubjectId, string Status, int Sequence)
{
    private const string Persons = "user:";

    /// <summary>Guests have no webhooks.</summary>
    public bool IsOfPerson => Owner?.StartsWith(Persons, StringComparison.Ordinal) == true;

    public static OrderNews Of(OrderConfirmed order) =>
        About("order.confirmed", order.Owner, order.OrderId, OrderStatus.Confirmed, 1);

    public static OrderNews Of(OrderShipped order) =>
        About("order.shipped", order.Owner, order.OrderId, OrderStatus.Shipped, 2);

    public static OrderNews Of(OrderDelivered order) =>
        About("order.delivered", order.Owner, order.OrderId, OrderStatus.Delivered, 3);

    public static OrderNews Of(OrderEnded order) => About("order.ended", order.Owner, order.OrderId, order.Status, 4);

    public static OrderNews Of(ReturnRefunded refund) =>
        new("order.refunded", refund.Owner, refund.OrderId, refund.ReturnId, OrderStatus.Refunded, 5);

    /// <summary>The body, of the shape that Standard Webhooks advises.</summary>
    /// <param name="at">When it was heard.</param>
    public string Body(DateTimeOffset at) => JsonSerializer.Serialize(
        new WebhookPayload(Type, at.UtcDateTime, new WebhookData(OrderId, Status, Sequence)), WebhookJson.Default.WebhookPayload);

    private static OrderNews About(string type, string? owner, Guid orderId, string status, int sequence) =>
        new(type, owner, orderId, orderId, status, sequence);
}

internal sealed record WebhookPayload(string Type, DateTime Timestamp, WebhookData Data);

internal sealed record WebhookData(Guid OrderId, string Status, int Sequence);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WebhookPayload))]
internal sealed partial class WebhookJson : JsonSerializerContext;
