using Shop.Api.Http;
using Shop.Api.OpenApi;

namespace Shop.Api.Admin;

/// <summary>What the shop's own people may change. Each answers when the command is durable, before it is done.</summary>
internal static class AdminEndpoints
{
    public static void AddAdmin(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AdminReads>();
        builder.Services.AddSingleton<CommandDesk>();
    }

    public static void MapAdmin(this IEndpointRouteBuilder app)
    {
        var admin = app.MapGroup("/admin").WithTags("Administration").RequireAuthorization(Policies.Ops);
        admin.MapPut("/products/{sku}", PutProduct).WithSummary("Creates or replaces a product")
            .WithDescription("Of two that are on their way, the later stands. Popularity that is left out stays.")
            .Produces(202).Tells(202, "Location", "The product.").Refuses(400, 401, 403, 503);
        admin.MapPost("/stock/receipts", ReceiveStock).WithSummary("Takes goods in")
            .WithDescription("A reference counts once for each product and warehouse.")
            .Produces(202).Refuses(400, 401, 403, 503);
        admin.MapPut("/warehouses/{code}", PutWarehouse).WithSummary("Opens a warehouse, or changes where it is")
            .Produces(202).Refuses(400, 401, 403, 503);
        admin.MapPut("/sales/{sku}", PutSale).WithSummary("Opens a flash sale of a product, or changes its terms")
            .WithDescription("While it has not ended, it is changed; then another begins. What is sold stays sold: the quantity "
                + "does not fall below it, and a limit that is lowered counts for what comes.")
            .Produces(202).Refuses(400, 401, 403, 503);
    }

    private static async Task<IResult> PutSale(
        string sku, SaleRequest sale, AdminReads reads, CommandDesk desk, CancellationToken cancellationToken)
    {
        var errors = SaleRules.Check(sku, sale);
        if (errors.Count > 0) return Problems.Invalid(errors);
        await desk.Accept(sale.ToCommand(sku, await reads.Now(cancellationToken)), $"sale {sku}");
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<IResult> PutProduct(
        string sku, ProductRequest product, AdminReads reads, CommandDesk desk, CancellationToken cancellationToken)
    {
        var errors = ProductRules.Check(sku, product);
        if (errors.Count > 0) return Problems.Invalid(errors);
        var (hasCategory, now) = await reads.FindCategory(product.CategoryId!, cancellationToken);
        if (!hasCategory) return Problems.Invalid("categoryId", "There is no category with this id.");
        await desk.Accept(product.ToCommand(sku, now), $"product {sku}");
        return TypedResults.Accepted($"/products/{sku}");
    }

    private static async Task<IResult> ReceiveStock(
        StockReceiptRequest receipt, AdminReads reads, CommandDesk desk, CancellationToken cancellationToken)
    {
        var errors = StockRules.Check(receipt);
        if (errors.Count > 0) return Problems.Invalid(errors);
        if (!await reads.HasWarehouse(receipt.Warehouse!, cancellationToken))
            return Problems.Invalid("warehouse", "There is no warehouse with this code.");
        await desk.Accept(receipt.ToCommand(), $"stock {receipt.Sku}");
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<IResult> PutWarehouse(string code, WarehouseRequest warehouse, CommandDesk desk)
    {
        var errors = StockRules.Check(code, warehouse);
        if (errors.Count > 0) return Problems.Invalid(errors);
        await desk.Accept(warehouse.ToCommand(code), $"warehouse {code}");
        return TypedResults.Accepted((string?)null);
    }
}
