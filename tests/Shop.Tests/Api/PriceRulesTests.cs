using Shop.Api.Cart;
using Shop.Api.Catalog;
using Shop.Api.Checkout;
using Shop.Api.Http;
using Shop.Contracts;
using Xunit;

namespace Shop.Tests.Api;

public sealed class PriceRulesTests
{
    private static readonly CartLine[] Cart = [Line("A", 2, 100), Line("B", 1, 50)];

    [Fact]
    public void A_cart_comes_to_its_lines_and_the_shipping()
    {
        var agreed = Assert.IsType<Pricing.Agreed>(Price(Now(("A", 100), ("B", 50)), shipping: 7));

        Assert.Equal(Usd(257), agreed.Total);
        Assert.Equal(Usd(7), agreed.Shipping);
        Assert.Equal([("A", 2, Usd(100)), ("B", 1, Usd(50))],
            agreed.Lines.Select(line => (line.Sku, line.Quantity, line.UnitPrice)));
    }

    [Fact]
    public void A_price_that_rose_is_asked_about()
    {
        var changed = Assert.IsType<Pricing.Changed>(Price(Now(("A", 101), ("B", 50))));

        Assert.Equal([new PriceChange("A", 2, Usd(100), Usd(101))], changed.Lines);
        Assert.Equal(Usd(252), changed.Total);
    }

    [Fact]
    public void A_price_that_fell_is_the_customers_gain() =>
        Assert.Equal(Usd(248), Assert.IsType<Pricing.Agreed>(Price(Now(("A", 99), ("B", 50)))).Total);

    [Fact]
    public void A_rise_is_not_made_good_by_a_fall() =>
        Assert.IsType<Pricing.Changed>(Price(Now(("A", 101), ("B", 10))));

    [Fact]
    public void An_expected_total_that_is_met_accepts_a_rise() =>
        Assert.IsType<Pricing.Agreed>(Price(Now(("A", 101), ("B", 50)), expected: Usd(252)));

    [Theory]
    [InlineData(249)]
    [InlineData(251)]
    public void An_expected_total_that_is_not_met_is_asked_about_though_no_price_moved(long expected)
    {
        var changed = Assert.IsType<Pricing.Changed>(Price(Now(("A", 100), ("B", 50)), expected: Usd(expected)));

        Assert.Empty(changed.Lines);
        Assert.Equal(Usd(250), changed.Total);
    }

    [Fact]
    public void An_expected_total_holds_against_a_fall_too() =>
        Assert.IsType<Pricing.Changed>(Price(Now(("A", 99), ("B", 50)), expected: Usd(250)));

    [Fact]
    public void An_expected_total_in_another_currency_is_not_met() =>
        Assert.IsType<Pricing.Changed>(Price(Now(("A", 100), ("B", 50)), expected: new Money(250, "EUR")));

    [Fact]
    public void What_is_gone_or_not_for_sale_is_named()
    {
        var prices = new Dictionary<string, Price> { ["A"] = new("A", Usd(100), Active: false) };

        Assert.Equal(["A", "B"], Assert.IsType<Pricing.Unavailable>(Price(prices)).Skus);
    }

    [Fact]
    public void What_is_sold_in_another_currency_than_the_rest_is_named_with_the_rests()
    {
        var prices = Now(("A", 100), ("B", 50));
        prices["B"] = prices["B"] with { Amount = new Money(50, "EUR") };

        var several = Assert.IsType<Pricing.OfSeveralCurrencies>(Price(prices));
        Assert.Equal(["B"], several.Skus);
        Assert.Equal("USD", several.Currency);
    }

    [Fact]
    public void A_cart_that_grew_with_the_request_is_asked_about_with_all_its_lines()
    {
        var changed = Assert.IsType<Pricing.Changed>(Price(Now(("A", 100), ("B", 50)), hasGrown: true));

        Assert.Equal(
            [new PriceChange("A", 2, Usd(100), Usd(100)), new PriceChange("B", 1, Usd(50), Usd(50))], changed.Lines);
        Assert.Equal(Usd(250), changed.Total);
    }

    [Fact]
    public void An_expected_total_that_is_met_accepts_a_cart_that_grew() =>
        Assert.IsType<Pricing.Agreed>(Price(Now(("A", 100), ("B", 50)), expected: Usd(250), hasGrown: true));

    [Fact]
    public void More_lines_than_an_order_can_have_are_refused()
    {
        var lines = Enumerable.Range(0, CartLine.MostLines + 1).Select(number => Line($"A-{number}", 1, 1)).ToList();

        var tooMuch = Assert.IsType<Pricing.TooMuch>(
            PriceRules.Price(lines, Now(), shipping: 0, expected: null));

        Assert.Equal(["lines"], tooMuch.Errors.Keys);
    }

    [Fact]
    public void More_units_than_a_line_can_have_are_refused() => Assert.Equal(
        ["quantity"],
        Assert.IsType<Pricing.TooMuch>(PriceRules.Price(
            [Line("A", CartLine.MostOfOne + 1, 100)], Now(("A", 100)), shipping: 0, expected: null)).Errors.Keys);

    [Fact]
    public void A_change_of_currency_is_asked_about()
    {
        var prices = Now(("A", 1), ("B", 1)).ToDictionary(
            price => price.Key, price => price.Value with { Amount = new Money(1, "EUR") });

        Assert.Equal(new Money(3, "EUR"), Assert.IsType<Pricing.Changed>(Price(prices)).Total);
    }

    private static Pricing Price(
        IReadOnlyDictionary<string, Price> prices, long shipping = 0, Money? expected = null, bool hasGrown = false) =>
        PriceRules.Price(Cart, prices, shipping, expected, hasGrown);

    private static Dictionary<string, Price> Now(params (string Sku, long Amount)[] prices) =>
        prices.ToDictionary(price => price.Sku, price => new Price(price.Sku, Usd(price.Amount), Active: true));

    private static CartLine Line(string sku, int quantity, long amount) => new(sku, quantity, Usd(amount), 0);

    private static Money Usd(long amount) => new(amount, "USD");
}
