using Microsoft.AspNetCore.Mvc;
using Shop.Api.Http;
using Shop.Api.RateLimiting;

namespace Shop.Api.Orders;

internal static class OrderEndpoints
{
    private const string LastEventId = "Last-Event-ID";

    private static readonly Cursor<DateTime, Guid> Cursor = new("orders.newest");

    public static void AddOrders(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<OrderEventsOptions>().BindConfiguration("OrderEvents")
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<OrderReads>();
        builder.Services.AddSingleton<OrderWatch>();
        builder.Services.AddSingleton<OrderStreams>();
        builder.Services.AddSingleton<CancelDesk>();
    }

    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var orders = app.MapGroup("/orders").WithTags("Orders").RequireAuthorization(Policies.Caller)
            .Limited(RateGroup.Orders);
        orders.MapGet("", List).WithSummary("The caller's orders, the newest first").Pages()
            .Produces<Page<OrderView>>().Refuses(400, 401, 503);
        orders.MapGet("/{id}", Get).WithSummary("One of the caller's orders")
            .Produces<OrderView>().Refuses(401, 404, 503);
        orders.MapGet("/{id}/events", Events).WithSummary("Follows an order as it moves")
            .WithDescription("Server-Sent Events: one 'status' for each line of the history, its sequence as the id. "
                + "Goes on after Last-Event-ID, and ends after a terminal status; 204 when there is nothing to come.")
            .Produces<OrderStep>(200, OrderStream.ContentType).Produces(204).Refuses(401, 404, 429, 503);
        orders.MapPost("/{id}/cancel", Cancel).WithSummary("Gives an order up before it is shipped")
            .WithDescription("202 says that it can still be cancelled; whether it came in time is the order's status to "
                + "tell. Repeating it changes nothing.")
            .Produces<OrderCancelling>(StatusCodes.Status202Accepted).Refuses(401, 404, 503)
            .Refuses(Problems.NotCancellable);
    }

    public static ProblemResult NoSuchOrder() => Problems.NotFound.Because("You have no order with this id.");

    private static async Task<IResult> List(
        PageQuery page, Caller caller, OrderReads orders, CancellationToken cancellationToken)
    {
        if (page.Begin(Cursor, out var after) is { } problem) return problem;
        if (caller.Owner is null) return TypedResults.Ok(new Page<OrderView>([], null));
        var newest = await orders.Newest(caller.Owner, after, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(
            Page<OrderView>.Of(newest, page.Limit, order => Cursor.Write(order.CreatedAt, order.Id)));
    }

    private static async Task<IResult> Get(string id, Caller caller, OrderReads orders) =>
        IsOrder(id, caller, out var orderId) && await orders.Find(orderId, caller.Owner!) is { } order
            ? TypedResults.Ok(order)
            : NoSuchOrder();

    private static async Task<IResult> Events(
        string id, [FromHeader(Name = LastEventId)] string? lastEventId, Caller caller, OrderStreams streams) =>
        IsOrder(id, caller, out var orderId)
            ? await streams.Open(orderId, caller.Owner!, lastEventId)
            : NoSuchOrder();

    private static async Task<IResult> Cancel(string id, Caller caller, CancelDesk desk) =>
        IsOrder(id, caller, out var orderId)
            ? await desk.Cancel(orderId, caller.Owner!)
            : NoSuchOrder();

    private static bool IsOrder(string id, Caller caller, out Guid orderId) =>
        Guid.TryParseExact(id, "D", out orderId) && caller.Owner is not null;
}
