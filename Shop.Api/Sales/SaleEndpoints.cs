using Microsoft.Net.Http.Headers;
using Shop.Api.Catalog;
using Shop.Api.Http;
using Shop.Api.Orders;
using StackExchange.Redis;

namespace Shop.Api.Sales;

internal static class SaleEndpoints
{
    public static void AddSales(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SaleOptions>().BindConfiguration("Sales").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ActiveSales>();
        builder.Services.AddSingleton<WaitingRooms>();
        builder.Services.AddSingleton<SaleDoor>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ActiveSales>());
        builder.Services.AddHostedService<RoomKeeper>();
    }

    public static void MapSales(this IEndpointRouteBuilder app) => app.MapGet("/sales/{sku}/queue", Queue)
        .WithTags("Sales")
        .WithSummary("Joins the waiting room of a flash sale, and tells where the caller is")
        .WithDescription("Those who join before the start are ordered by a draw, later ones by when they came. With Accept: "
            + "text/event-stream, Server-Sent Events: a 'place' whenever it changes. Checking out the product during its sale "
            + "needs the state ADMITTED.")
        .RequireAuthorization(Policies.Caller)
        .Produces<QueueView>(200, "application/json", OrderStream.ContentType)
        .Refuses(401, 404, 429, 503);

    private static async Task<IResult> Queue(
        string sku, Caller caller, HttpContext context, ActiveSales sales, WaitingRooms rooms, OrderStreams streams)
    {
        if (!Sku.IsWellFormed(sku) || sales.Find(sku) is not { } sale) return NoSuchSale();
        var owner = caller.OwnerForWriting();
        if (Accepts(context.Request)) return new QueueStream(sku, owner, sales, rooms, streams);
        context.Response.Headers.CacheControl = Failures.Private;
        try
        {
            return TypedResults.Ok(await View(sale, owner, rooms));
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return Problems.Overloaded.Because("Nobody can be shown their place at the moment.");
        }
    }

    /// <summary>What an owner sees of a sale; they join unless there is nothing to wait for.</summary>
    internal static async Task<QueueView> View(SaleTerms sale, string owner, WaitingRooms rooms) =>
        QueueView.Of(sale, sale.HasEnded || sale.HasStarted && sale.Left == 0 ? null : await rooms.Look(sale, owner));

    private static ProblemResult NoSuchSale() => Problems.NotFound.Because("There is no sale of this product.");

    private static bool Accepts(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var types)
        && types.Any(type => type.MediaType == OrderStream.ContentType);
}
