using System.ComponentModel.DataAnnotations;
using Shop.Api.Catalog;
using Shop.Api.Http;
using Shop.Api.RateLimiting;

namespace Shop.Api.Cart;

internal sealed record CartItemRequest
{
    [Required]
    public string? Sku { get; init; }

    [Required]
    public int? Quantity { get; init; }
}

internal sealed record QuantityRequest
{
    [Required]
    public int? Quantity { get; init; }
}

internal static class CartEndpoints
{
    private static readonly string QuantityRule = $"It must be 1 to {CartLine.MostOfOne}.";

    public static void AddCart(this WebApplicationBuilder builder) => builder.Services.AddSingleton<CartStore>();

    public static void MapCart(this IEndpointRouteBuilder app)
    {
        var cart = app.MapGroup("/cart").WithTags("Cart").RequireAuthorization(Policies.Caller)
            .Limited(RateGroup.Cart);
        cart.MapGet("", Get).WithSummary("The caller's cart").Produces<CartView>().Refuses(401, 503);
        cart.MapPost("/items", Add).WithSummary("Adds to a line, or begins one")
            .Produces<CartView>().Refuses(400, 401, 404, 409, 503);
        cart.MapPut("/items/{sku}", Set).WithSummary("Sets a line's quantity; 0 removes it")
            .Produces<CartView>().Refuses(400, 401, 404, 409, 503);
        cart.MapDelete("/items/{sku}", Remove).WithSummary("Removes a line").Produces<CartView>().Refuses(401, 503);
        cart.MapDelete("", Clear).WithSummary("Empties the cart").Produces(204).Refuses(401, 503);
    }

    private static async Task<IResult> Get(Caller caller, CartStore carts, Prices prices, Availability availability) =>
        caller.Owner is null
            ? TypedResults.Ok(CartView.Empty)
            : await Show(await carts.Read(caller.Owner), prices, availability);

    private static async Task<IResult> Add(
        CartItemRequest item, Caller caller, CartStore carts, Prices prices, Availability availability)
    {
        var errors = new Dictionary<string, string[]>();
        if (string.IsNullOrEmpty(item.Sku)) errors["sku"] = ["It is required."];
        if (item.Quantity is not (>= 1 and <= CartLine.MostOfOne)) errors["quantity"] = [QuantityRule];
        if (errors.Count > 0) return Problems.Invalid(errors);
        var price = await Find(item.Sku!, prices);
        if (price is null) return NoSuchProduct();
        if (!price.Active) return NotForSale(item.Sku!);
        var change = await carts.Add(caller.OwnerForWriting(), item.Sku!, item.Quantity!.Value, price.Amount);
        return await Answer(change, price, prices, availability);
    }

    private static async Task<IResult> Set(
        string sku, QuantityRequest request, Caller caller, CartStore carts, Prices prices, Availability availability)
    {
        if (request.Quantity is not (>= 0 and <= CartLine.MostOfOne))
            return Problems.Invalid("quantity", $"It must be 0 to {CartLine.MostOfOne}.");
        if (request.Quantity == 0) return await Remove(sku, caller, carts, prices, availability);
        var price = await Find(sku, prices);
        if (price is null) return NoSuchProduct();
        if (!price.Active) return NotForSale(sku);
        var change = await carts.Set(caller.OwnerForWriting(), sku, request.Quantity.Value, price.Amount);
        return await Answer(change, price, prices, availability);
    }

    private static async Task<IResult> Remove(
        string sku, Caller caller, CartStore carts, Prices prices, Availability availability) =>
        caller.Owner is null
            ? TypedResults.Ok(CartView.Empty)
            : await Show(await carts.Remove(caller.Owner, sku), prices, availability);

    private static async Task<IResult> Clear(Caller caller, CartStore carts)
    {
        if (caller.Owner is not null) await carts.Clear(caller.Owner);
        return TypedResults.NoContent();
    }

    private static async Task<Price?> Find(string sku, Prices prices) =>
        Sku.IsWellFormed(sku) ? await prices.Find(sku) : null;

    private static async Task<IResult> Answer(CartChange change, Price known, Prices prices, Availability availability) =>
        change.Refusal switch
        {
            null => await Show(change.Lines, prices, availability, known),
            CartRefusal.TooManyLines => Problems.Invalid("sku", $"A cart has at most {CartLine.MostLines} lines."),
            CartRefusal.OtherCurrency => Problems.Invalid("sku", "Its price is in another currency than the cart's."),
            _ => Problems.Invalid("quantity", $"A line has at most {CartLine.MostOfOne}."),
        };

    private static async Task<IResult> Show(
        IReadOnlyList<CartLine> lines, Prices prices, Availability availability, Price? known = null)
    {
        if (lines.Count == 0) return TypedResults.Ok(CartView.Empty);
        var skus = new string[lines.Count];
        for (var i = 0; i < skus.Length; i++) skus[i] = lines[i].Sku;
        var stock = availability.Of(skus);
        var current = known is not null && skus is [var only]
            ? new Dictionary<string, Price> { [only] = known }
            : await prices.Of(skus);
        return TypedResults.Ok(CartView.Of(lines, current, await stock));
    }

    private static ProblemResult NoSuchProduct() => Problems.NotFound.Because("There is no product with this SKU.");

    private static ProblemResult NotForSale(string sku) => Problems.ProductUnavailable.With(new Problem
    {
        Detail = "This product is not for sale now.",
        Skus = [sku],
    });
}
