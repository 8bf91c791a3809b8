using System.Collections.Concurrent;
using Xunit;

namespace Shop.IntegrationTests.Checkout;

public sealed class When_many_buy_at_once(ShopProcesses shop) : ShopTest(shop)
{
    private const int AtOnce = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Five_hundred_buyers_of_a_hundred_units_get_exactly_a_hundred()
    {
        const int stock = 100;
        const int crowd = 500;
        var sku = await Shop.Goods.Offer(stock);
        var (orders, emails) = await Send(crowd, _ => [(sku, 1)]);

        await Waiting.For("every order has ended", () => Ended(emails), ended => ended == crowd, Patience);

        Assert.Equal(crowd, orders.Count);
        var statuses = await Shop.Books.Statuses(emails);
        Assert.Equal((stock, crowd - stock), (statuses["CONFIRMED"], statuses["OUT_OF_STOCK"]));
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: stock, Reserved: 0, Sold: stock));
        Assert.Equal(stock, await Shop.Books.PaymentsAuthorized(emails));
        var seen = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            orders, Bounded(), async (order, _) => seen.Add(await order.Buyer.SeesEnd(order.Id)));
        Assert.Equal(stock, seen.Count(status => status == "CONFIRMED"));
    }

    [Fact]
    public async Task Carts_of_two_articles_in_opposite_order_do_not_lock_each_other_out()
    {
        const int crowd = 100;
        var (one, other) = (await Shop.Goods.Offer(stock: crowd), await Shop.Goods.Offer(stock: crowd));
        var before = await Shop.Books.Deadlocks();

        var (orders, emails) = await Send(crowd, number =>
            number % 2 == 0 ? [(one, 1), (other, 1)] : [(other, 1), (one, 1)]);

        await Waiting.For("every order has ended", () => Ended(emails), ended => ended == crowd, Patience);
        Assert.Equal(crowd, orders.Count);
        Assert.Equal(crowd, (await Shop.Books.Statuses(emails))["CONFIRMED"]);
        await Shop.Books.StockBecomes(one, new Stock(OnHand: crowd, Reserved: 0, Sold: crowd));
        await Shop.Books.StockBecomes(other, new Stock(OnHand: crowd, Reserved: 0, Sold: crowd));
        Assert.Equal(before, await Shop.Books.Deadlocks());
    }

    private static ParallelOptions Bounded() => new() { MaxDegreeOfParallelism = AtOnce };

    /// <summary>Fills each buyer's cart and checks it out. Returns the orders, and what finds them by e-mail.</summary>
    private async Task<(IReadOnlyCollection<(Buyer Buyer, Guid Id)> Orders, string Emails)> Send(
        int crowd, Func<int, (string Sku, int Quantity)[]> cart)
    {
        var name = $"{Guid.NewGuid():N}";
        var orders = new ConcurrentBag<(Buyer, Guid)>();
        await Parallel.ForEachAsync(Enumerable.Range(0, crowd), Bounded(), async (number, _) =>
        {
            var buyer = new Buyer(Shop, $"{name}-{number}@example.org");
            orders.Add((buyer, await buyer.Order(Buyer.GoodCard, cart(number))));
        });
        return (orders, $"{name}-%");
    }

    private async Task<long> Ended(string emails) => (await Shop.Books.Statuses(emails))
        .Where(status => status.Key is not ("RECEIVED" or "PENDING_PAYMENT" or "PAYMENT_UNKNOWN"))
        .Sum(status => status.Value);
}
