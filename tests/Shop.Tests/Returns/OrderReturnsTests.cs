using CsCheck;
using Shop.Contracts;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;
using Shop.Sagas.Checkout;
using Xunit;

namespace Shop.Tests.Returns;

/// <summary>Which units of an order can be set aside for a return.</summary>
public sealed class OrderReturnsTests
{
    private static readonly Guid First = Guid.NewGuid();
    private static readonly Guid Second = Guid.NewGuid();

    [Fact]
    public void No_more_units_can_be_claimed_than_were_bought()
    {
        var order = Bought(("A", 3));
        Assert.Null(order.Claim(First, [new StockLine("A", 4)]));
        Assert.Null(order.Claim(First, [new StockLine("B", 1)]));
        Assert.Null(order.Claim(First, [new StockLine("A", 2), new StockLine("A", 2)]));
        Assert.Null(order.Claim(First, []));
        Assert.Null(order.Claim(First, [new StockLine("A", -1)]));
        Assert.NotNull(order.Claim(First, [new StockLine("A", 3)]));
    }

    [Fact]
    public void A_repeat_is_the_same_claim()
    {
        var order = Bought(("A", 1));
        order.Returns = order.Claim(First, [new StockLine("A", 1)])!;
        Assert.Same(order.Returns, order.Claim(First, [new StockLine("A", 1)]));
        Assert.Null(order.Claim(Second, [new StockLine("A", 1)]));
    }

    [Fact]
    public void What_was_rejected_or_not_accepted_can_be_claimed_again_and_what_lapsed_cannot()
    {
        var order = Bought(("A", 2));
        order.Returns = order.Claim(First, [new StockLine("A", 2)])!;
        Assert.Null(With(OrderReturnState.Lapsed).Claim(Second, [new StockLine("A", 1)]));
        Assert.NotNull(With(OrderReturnState.Closed).Claim(Second, [new StockLine("A", 2)]));
        Assert.NotNull(With(OrderReturnState.Received, [new StockLine("A", 1)]).Claim(Second, [new StockLine("A", 1)]));
        Assert.Null(With(OrderReturnState.Received, [new StockLine("A", 1)]).Claim(Second, [new StockLine("A", 2)]));

        Order With(OrderReturnState state, IReadOnlyList<StockLine>? lines = null)
        {
            var later = Bought(("A", 2));
            later.Returns = order.Returns.With(First, state, lines);
            return later;
        }
    }

    [Fact]
    public void News_that_comes_late_takes_nothing_back()
    {
        var returns = Bought(("A", 2)).Claim(First, [new StockLine("A", 2)])!.With(First, OrderReturnState.Refunded);
        Assert.Equal(OrderReturnState.Refunded, Assert.Single(returns.With(First, OrderReturnState.Received, [])).State);
        Assert.Equal(2, Assert.Single(returns.With(First, OrderReturnState.Lapsed)).Lines[0].Quantity);
    }

    [Fact]
    public void Of_several_returns_the_one_that_is_furthest_from_its_end_shows()
    {
        IReadOnlyList<OrderReturn> returns =
            [new(First, OrderReturnState.Requested, []), new(Second, OrderReturnState.Requested, [])];
        Assert.Equal(OrderStatus.ReturnRequested, returns.Status());
        returns = returns.With(First, OrderReturnState.Received);
        Assert.Equal(OrderStatus.ReturnRequested, returns.Status());
        returns = returns.With(Second, OrderReturnState.Closed);
        Assert.Equal(OrderStatus.Returned, returns.Status());
        returns = returns.With(First, OrderReturnState.Refunded);
        Assert.Equal(OrderStatus.Refunded, returns.Status());
        Assert.Equal(OrderStatus.Delivered, returns.With(First, OrderReturnState.Closed).Status());
    }

    [Fact]
    public void However_many_ask_never_more_is_set_aside_than_was_bought() =>
        Gen.Select(Gen.Int[1, 2], Gen.Int[1, 4], Gen.Int[0, 3]).Array[1, 30].Sample(steps =>
        {
            var order = Bought(("A", 5), ("B", 2));
            var ids = Enumerable.Range(0, steps.Length).Select(_ => Guid.NewGuid()).ToArray();
            for (var i = 0; i < steps.Length; i++)
            {
                var (sku, units, fate) = steps[i];
                order.Returns = order.Claim(ids[i], [new StockLine(sku == 1 ? "A" : "B", units)]) ?? order.Returns;
                if (fate > 0) order.Returns = order.Returns.With(ids[i / 2], (OrderReturnState)(fate + 1));
            }

            var held = order.Returns.Where(claim => claim.State != OrderReturnState.Closed).SelectMany(claim => claim.Lines)
                .GroupBy(line => line.Sku).ToDictionary(sku => sku.Key, sku => sku.Sum(line => line.Quantity));
            return held.GetValueOrDefault("A") <= 5 && held.GetValueOrDefault("B") <= 2;
        });

    private static Order Bought(params (string Sku, int Quantity)[] lines) => new()
    {
        Lines = [.. lines.Select(line => new OrderLine(line.Sku, line.Sku, line.Quantity, new Money(100, "USD")))],
    };
}
