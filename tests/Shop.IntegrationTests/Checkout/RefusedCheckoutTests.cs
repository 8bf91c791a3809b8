using System.Text;
using Xunit;

namespace Shop.IntegrationTests.Checkout;

public sealed class When_a_checkout_is_not_accepted(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task A_price_that_rose_since_it_was_added_is_told_and_nothing_is_ordered()
    {
        var (buyer, sku) = await WithRisenPrice();

        var problem = (await buyer.Checkout(Buyer.NewKey())).Refused(409, "price-changed");

        var line = Assert.Single(problem.GetProperty("lines").EnumerateArray());
        Assert.Equal(sku, line.GetProperty("sku").GetString());
        Assert.Equal(2, line.GetProperty("quantity").GetInt32());
        Assert.Equal(1_000, line.GetProperty("was").GetProperty("amount").GetInt64());
        Assert.Equal(1_300, line.GetProperty("now").GetProperty("amount").GetInt64());
        Assert.True(problem.GetProperty("total").GetProperty("amount").GetInt64() >= 2_600);
        Assert.Single((await buyer.Get("/cart")).Json.GetProperty("lines").EnumerateArray());
        Assert.Equal(0, await Shop.Books.OrdersOf(buyer.Email));
    }

    [Fact]
    public async Task The_new_total_is_accepted_under_a_new_key()
    {
        var (buyer, _) = await WithRisenPrice();
        var problem = (await buyer.Checkout(Buyer.NewKey())).Refused(409, "price-changed");
        var total = problem.GetProperty("total").GetProperty("amount").GetInt64();

        var orderId = (await buyer.Checkout(Buyer.NewKey(), expectedTotal: total)).Accepted();

        var order = await buyer.Sees(orderId, "CONFIRMED");
        Assert.Equal(total, order.GetProperty("total").GetProperty("amount").GetInt64());
    }

    [Fact]
    public async Task A_total_other_than_expected_is_told()
    {
        var buyer = new Buyer(Shop);
        await buyer.AddToCart(await Shop.Goods.Offer(stock: 5, price: 1_000));

        (await buyer.Checkout(Buyer.NewKey(), expectedTotal: 1)).Refused(409, "price-changed");
    }

    [Fact]
    public async Task A_price_that_fell_is_taken_as_it_is()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5, price: 100_000);
        await buyer.AddToCart(sku);
        await Shop.Goods.Put(sku, price: 60_000);

        var answer = await buyer.Checkout(Buyer.NewKey());

        Assert.InRange(answer.Json.GetProperty("total").GetProperty("amount").GetInt64(), 60_000, 99_999);
        await buyer.Sees(answer.Accepted(), "CONFIRMED");
    }

    [Fact]
    public async Task A_product_that_is_no_longer_sold_is_named()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5, price: 1_000);
        await buyer.AddToCart(sku);
        await Shop.Goods.Put(sku, price: 1_000, active: false);

        var answer = await buyer.Checkout(Buyer.NewKey());

        answer.Refused(409, "product-unavailable");
        Assert.Contains(sku, answer.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await Shop.Books.OrdersOf(buyer.Email));
    }

    [Fact]
    public async Task An_empty_cart_is_refused() =>
        (await new Buyer(Shop).Checkout(Buyer.NewKey())).Refused(422, "cart-empty");

    [Fact]
    public async Task A_request_without_a_key_is_refused()
    {
        var buyer = new Buyer(Shop);
        await buyer.AddToCart(await Shop.Goods.Offer(stock: 5));

        (await buyer.Checkout(key: null)).Refused(400, "idempotency-key-missing");
    }

    [Theory]
    [InlineData("{ \"email\": ")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{ \"email\": 7, \"shippingMethod\": \"STANDARD\", \"paymentMethod\": \"pm_card_visa\" }")]
    public async Task A_body_that_cannot_be_understood_is_a_problem_of_the_client(string body)
    {
        var buyer = new Buyer(Shop);
        await buyer.AddToCart(await Shop.Goods.Offer(stock: 5));

        var answer = await buyer.CheckoutWith(
            Buyer.NewKey(), new StringContent(body, Encoding.UTF8, "application/json"));

        answer.Refused(400, "validation");
        Assert.DoesNotContain("   at ", answer.ToString(), StringComparison.Ordinal);
    }

    private async Task<(Buyer Buyer, string Sku)> WithRisenPrice()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5, price: 1_000);
        await buyer.AddToCart(sku, 2);
        await Shop.Goods.Put(sku, price: 1_300);
        return (buyer, sku);
    }
}
