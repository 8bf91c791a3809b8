using Microsoft.Extensions.Options;
using Shop.Api.Cart;
using Shop.Api.Catalog;
using Shop.Api.Checkout;
using Shop.Contracts;
using Xunit;

namespace Shop.Tests.Api;

public sealed class CartViewTests
{
    private static readonly CartLine[] Lines = [Line("A", 2, 100), Line("B", 3, 50)];

    [Fact]
    public void It_costs_what_it_would_cost_now()
    {
        var view = View(Good("A", 120), Good("B", 50));

        Assert.Equal(Usd(390), view.Subtotal);
        Assert.True(view.Changed);
        Assert.Equal([(Usd(100), Usd(120), Usd(240)), (Usd(50), Usd(50), Usd(150))],
            view.Lines.Select(line => (line.UnitPrice, line.CurrentPrice, line.LineTotal)));
    }

    [Fact]
    public void Nothing_has_changed_while_no_price_has() => Assert.False(View(Good("A", 100), Good("B", 50)).Changed);

    [Fact]
    public void What_the_catalogue_does_not_know_any_more_keeps_its_price_and_is_out_of_stock()
    {
        var view = View(Good("A", 100));

        Assert.Equal(Usd(350), view.Subtotal);
        Assert.Equal(["IN_STOCK", "OUT_OF_STOCK"], view.Lines.Select(line => line.Availability));
    }

    [Fact]
    public void What_is_not_for_sale_is_out_of_stock() => Assert.Equal(
        ["OUT_OF_STOCK", "IN_STOCK"],
        View(Good("A", 100, active: false), Good("B", 50)).Lines.Select(line => line.Availability));

    [Fact]
    public void What_went_over_to_another_currency_is_not_added_up() =>
        Assert.Equal(Usd(200), View(Good("A", 100), Good("B", 50, currency: "EUR")).Subtotal);

    [Fact]
    public void Shipping_is_in_the_currency_of_the_cart() => Assert.Equal(
        [new ShippingEstimate("STANDARD", new Money(5, "EUR")), new ShippingEstimate("EXPRESS", new Money(7, "EUR"))],
        View(Good("A", 100, currency: "EUR"), Good("B", 50, currency: "EUR")).Shipping);

    [Fact]
    public void An_empty_cart_costs_nothing_and_says_what_shipping_would()
    {
        var view = CartView.Of([], new Dictionary<string, CartGood>(), Shipping());

        Assert.Equal((0, 2), (view.Subtotal.Amount, view.Shipping.Count));
        Assert.False(view.Changed);
    }

    [Fact]
    public void Lines_of_one_SKU_are_one_with_the_older_price() => Assert.Equal(
        [new CartLine("B", 1, Usd(7), 1), new CartLine("A", 5, Usd(10), 2)],
        CartLine.Ordered([Line("A", 2, 20, added: 3), Line("A", 3, 10, added: 2), Line("B", 1, 7, added: 1)]));

    [Fact]
    public void What_is_frozen_is_read_as_the_script_wrote_it()
    {
        var generation = Guid.NewGuid();

        var frozen = FrozenCart.Parse(
            $"{generation:N}", "1000|a|key\nA 2|100|USD|5\nB-1 1|50|USD|4", now: 1012);

        Assert.Equal((generation, "a|key", TimeSpan.FromSeconds(12)), (frozen.Generation, frozen.Key, frozen.Age));
        Assert.Equal([Line("B-1", 1, 50, added: 4), Line("A", 2, 100, added: 5)], frozen.Lines);
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon|key")]
    [InlineData("1000|key\nA")]
    public void What_someone_else_froze_is_not_guessed_at(string stored) =>
        Assert.Throws<FormatException>(() => FrozenCart.Parse($"{Guid.NewGuid():N}", stored, now: 1));

    private static CartView View(params (string Sku, CartGood Good)[] goods) =>
        CartView.Of(Lines, goods.ToDictionary(good => good.Sku, good => good.Good), Shipping());

    private static ShippingEstimates Shipping() =>
        new(Options.Create(new ShippingOptions { Standard = 5, Express = 7 }));

    private static (string, CartGood) Good(string sku, long amount, bool active = true, string currency = "USD") =>
        (sku, new CartGood(new Price(sku, new Money(amount, currency), active), "IN_STOCK"));

    private static CartLine Line(string sku, int quantity, long amount, long added = 0) =>
        new(sku, quantity, Usd(amount), added);

    private static Money Usd(long amount) => new(amount, "USD");
}
