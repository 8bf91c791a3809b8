using System.ComponentModel.DataAnnotations;
using Shop.Api.Http;
using Shop.Api.RateLimiting;

namespace Shop.Api.Cart;

internal sealed record CartItemRequest
{
    [Required]
    [Length(1, 64)]
    public string? Sku { get; init; }

    [Required]
    [Range(1, CartLine.MostOfOne)]
    public int? Quantity { get; init; }
}

internal sealed record QuantityRequest
{
    [Required]
    [Range(0, CartLine.MostOfOne)]
    public int? Quantity { get; init; }
}

internal static class CartEndpoints
{
    private const string MergedFirst =
        " Whoever has logged in and still has the cookie of a guest gets the guest's cart merged into theirs first; the "
        + "notices say what had no room.";

    public static void AddCart(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CartRedis>();
        builder.Services.AddSingleton<CartStore>();
        builder.Services.AddSingleton<FrozenCarts>();
        builder.Services.AddSingleton<CartMerges>();
        builder.Services.AddSingleton<CartGoods>();
        builder.Services.AddSingleton<ShippingEstimates>();
        builder.Services.AddSingleton<CartDesk>();
    }

    public static void MapCart(this IEndpointRouteBuilder app)
    {
        var cart = app.MapGroup("/cart").WithTags("Cart").RequireAuthorization(Policies.Caller)
            .Limited(RateGroup.Cart);
        cart.MapGet("", (Caller caller, CartDesk desk) => desk.Show(caller))
            .WithSummary("The caller's cart")
            .WithDescription("With what each shipping method would cost; checkout prices it anew." + MergedFirst)
            .Produces<CartView>().Refuses(401, 503);
        cart.MapPost("/items", Add).WithSummary("Adds to a line, or begins one")
            .Produces<CartView>().Refuses(400, 401, 404, 503).Refuses(Problems.ProductUnavailable);
        cart.MapPut("/items/{sku}", Set).WithSummary("Sets a line's quantity; 0 removes it")
            .Produces<CartView>().Refuses(400, 401, 404, 503).Refuses(Problems.ProductUnavailable);
        cart.MapDelete("/items/{sku}", (string sku, Caller caller, CartDesk desk) => desk.Remove(caller, sku))
            .WithSummary("Removes a line").Produces<CartView>().Refuses(401, 503);
        cart.MapDelete("", (Caller caller, CartDesk desk) => desk.Clear(caller))
            .WithSummary("Empties the cart").Produces(204).Refuses(401, 503);
        cart.MapPost("/merge", (Caller caller, CartDesk desk) => desk.Show(caller))
            .RequireAuthorization(Policies.Person)
            .WithSummary("Merges the guest's cart into the person's")
            .WithDescription("A line of both has the units of both, up to the limit. Repeating it changes nothing, and "
                + "any other call to the cart does it as well.")
            .Produces<CartView>().Refuses(401, 503);
    }

    private static async Task<IResult> Add(CartItemRequest item, Caller caller, CartDesk desk)
    {
        if (item is { Sku.Length: > 0, Quantity: >= 1 and <= CartLine.MostOfOne })
            return await desk.Put(caller, item.Sku, item.Quantity.Value, adds: true);
        var errors = new Dictionary<string, string[]>();
        if (string.IsNullOrEmpty(item.Sku)) errors["sku"] = ["It is required."];
        if (item.Quantity is not (>= 1 and <= CartLine.MostOfOne))
            errors["quantity"] = [$"It must be 1 to {CartLine.MostOfOne}."];
        return Problems.Invalid(errors);
    }

    private static async Task<IResult> Set(string sku, QuantityRequest request, Caller caller, CartDesk desk) =>
        request.Quantity is >= 0 and <= CartLine.MostOfOne
            ? await desk.Put(caller, sku, request.Quantity.Value, adds: false)
            : Problems.Invalid("quantity", $"It must be 0 to {CartLine.MostOfOne}.");
}
