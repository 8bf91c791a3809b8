using Shop.Api.Http;
using Shop.Api.RateLimiting;

namespace Shop.Api.Orders;

internal static class OrderEndpoints
{
    public static void AddOrders(this WebApplicationBuilder builder) => builder.Services.AddSingleton<OrderReads>();

    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var orders = app.MapGroup("/orders").WithTags("Orders").RequireAuthorization(Policies.Caller)
            .Limited(RateGroup.Orders);
        orders.MapGet("/{id}", Get).WithSummary("One of the caller's orders")
            .Produces<OrderView>().Refuses(401, 404, 503);
    }

    private static async Task<IResult> Get(string id, Caller caller, OrderReads orders) =>
        caller.Owner is not null && Guid.TryParseExact(id, "D", out var orderId)
            && await orders.Find(orderId, caller.Owner) is { } order
            ? TypedResults.Ok(order)
            : Problems.NotFound.Because("You have no order with this id.");
}
