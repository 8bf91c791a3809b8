using Shop.Api.Http;
using Shop.Contracts.Orders;
using StackExchange.Redis;

namespace Shop.Api.Sales;

/// <summary>
/// What a checkout of products on sale meets before anything of it is written: the waiting room, and the limit of a person.
/// The limit is told early; the stock's ledger decides. While Redis is away nobody is sent to wait.
/// </summary>
internal sealed partial class SaleDoor(ActiveSales sales, WaitingRooms rooms, ILogger<SaleDoor> logger)
{
    /// <summary>Those of an order's lines that are on sale now.</summary>
    public IReadOnlyList<(OrderLine Line, SaleTerms Sale)> OnSale(IReadOnlyList<OrderLine> lines) =>
        sales.AreNone
            ? []
            : [.. lines.Select(line => (Line: line, Sale: sales.FindOpen(line.Sku))).Where(each => each.Sale is not null)
                .Select(each => (each.Line, each.Sale!))];

    /// <returns>Null, or the refusal.</returns>
    public async Task<ProblemResult?> Refuse(string owner, IReadOnlyList<(OrderLine Line, SaleTerms Sale)> lines)
    {
        if (lines.Count == 0) return null;
        var bought = await sales.Bought(owner, [.. lines.Select(each => each.Sale.Id)]);
        var over = lines.Where(each =>
            bought.GetValueOrDefault(each.Sale.Id) + each.Line.Quantity > each.Sale.PerPersonLimit).ToList();
        if (over.Count > 0) return SaleProblems.OverLimit([.. over.Select(each => each.Line.Sku)]);
        foreach (var (_, sale) in lines)
            if (!await IsIn(sale, owner)) return SaleProblems.NotAdmitted(sale.Sku);
        return null;
    }

    /// <summary>The tickets of an order that was accepted are used.</summary>
    public async Task Use(string owner, IReadOnlyList<(OrderLine Line, SaleTerms Sale)> lines)
    {
        foreach (var (_, sale) in lines)
        {
            try
            {
                await rooms.Use(sale, owner);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                LogAway(exception.GetType().Name);
            }
        }
    }

    private async Task<bool> IsIn(SaleTerms sale, string owner)
    {
        try
        {
            return await rooms.IsAdmitted(sale, owner);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            LogAway(exception.GetType().Name);
            return true;
        }
    }

    [LoggerMessage(LogLevel.Warning, "A sale goes on without its waiting room: {Fault}.")]
    private partial void LogAway(string fault);
}

/// <summary>Why a checkout of a product on sale was not accepted.</summary>
internal static class SaleProblems
{
    public static ProblemResult OverLimit(IReadOnlyList<string> skus) => Problems.PurchaseLimit.With(new Problem
    {
        Detail = "Nothing was ordered. With what you have ordered already it is more of these than one person may have.",
        Skus = skus,
    });

    public static ProblemResult NotAdmitted(string sku) => Problems.NotAdmitted.With(new Problem
    {
        Detail = $"Nothing was ordered, and the same key can be used again. Wait your turn at /sales/{sku}/queue.",
        Skus = [sku],
        Queue = $"/sales/{sku}/queue",
    });
}
