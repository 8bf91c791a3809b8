using Shop.Contracts.Orders;
using Xunit;

namespace Shop.Tests.Checkout;

public sealed class CancelRaceTests
{
    private const int Orders = 150;

    [Fact]
    public async Task However_the_messages_come_an_order_ends_with_its_stock_and_money_or_without_both()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var world = await CheckoutWorld.Start(seed);
        var orders = Enumerable.Range(0, Orders).Select(_ => Guid.NewGuid()).ToList();

        await Task.WhenAll(orders.Select(async order =>
        {
            await world.Tell(CheckoutScenario.SubmitOf(order));
            await world.Reaches(order, world.Fate.Next(4));
            await world.Tell(new CancelOrder { OrderId = order });
        }));
        await world.Settle();

        Assert.Empty(world.Faults);
        Assert.All(orders, order => Judge(world, order));
        // Each of the endings occurs, or the test has not looked at it.
        Assert.Contains(orders, order => world.Find(order) is { CurrentState: "Cancelled", WasConfirmed: false });
        Assert.Contains(orders, order => world.Find(order) is { CurrentState: "Cancelled", WasConfirmed: true });
        Assert.Contains(orders, order => world.Find(order) is { CurrentState: "Delivered" });
    }

    private static void Judge(CheckoutWorld world, Guid id)
    {
        var order = world.Find(id);
        Assert.NotNull(order);
        var (stock, money) = (world.Books.Stock.GetValueOrDefault(id), world.Books.Money.GetValueOrDefault(id));
        var parcel = world.Books.Parcels.GetValueOrDefault(id);
        var told = $"{order.CurrentState} with stock {stock}, money {money}, parcel {parcel}";
        if (order.CurrentState == "Delivered")
        {
            Assert.True((stock, money, parcel) == ("SOLD", "AUTHORIZED", "GONE"), told);
        }
        else
        {
            Assert.True(order.CurrentState is "Cancelled" or "PaymentFailed", told);
            Assert.True(stock is null or "RELEASED", told);
            Assert.True(money is null or "VOIDED" or "DECLINED", told);
            Assert.True(parcel is not "GONE", told);
            Assert.True(world.Books.Voids.GetValueOrDefault(id) <= 1, told);
        }

        var steps = order.TakeNewRows().OfType<Sagas.Checkout.OrderHistory>().ToList();
        Assert.Equal(Enumerable.Range(1, steps.Count), steps.Select(step => step.Sequence));
        Assert.Equal(order.Status, steps[^1].Status);
        if (order.Status == OrderStatus.Delivered)
            Assert.Equal([OrderStatus.Confirmed, OrderStatus.Shipped, OrderStatus.Delivered],
                steps.TakeLast(3).Select(step => step.Status));
        Assert.True(steps.Count(step => step.Status == OrderStatus.Cancelled) <= 1, told);
    }
}
