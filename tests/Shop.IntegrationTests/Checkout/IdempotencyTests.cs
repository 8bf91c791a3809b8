using Xunit;

namespace Shop.IntegrationTests.Checkout;

public sealed class When_a_checkout_is_repeated(ShopProcesses shop) : ShopTest(shop)
{
    private const int AtOnce = 50;

    private static readonly string[] OfTheTransport =
        ["Date", "Server", "Transfer-Encoding", "Idempotent-Replayed", "RateLimit", "RateLimit-Policy"];

    [Fact]
    public async Task Fifty_at_once_with_one_key_make_one_order()
    {
        var (buyer, key) = await WithCart();

        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => buyer.Checkout(key)));

        var accepted = answers.Where(answer => answer.Status == 202).ToList();
        Assert.NotEmpty(accepted);
        Assert.All(accepted, answer => Assert.Equal(accepted[0].Body, answer.Body));
        Assert.All(answers.Except(accepted), answer => answer.Refused(409, "idempotency-key-in-flight"));
        Assert.InRange(accepted.Count(answer => answer.Header("Idempotent-Replayed") is null), 0, 1);
        await buyer.Sees(accepted[0].Accepted(), "CONFIRMED");
        Assert.Equal(1, await Shop.Books.OrdersOf(buyer.Email));
    }

    [Fact]
    public async Task The_answer_is_the_same_to_the_byte_and_says_that_it_is_a_replay()
    {
        var (buyer, key) = await WithCart();
        var first = await buyer.Checkout(key);
        await buyer.Sees(first.Accepted(), "CONFIRMED");

        AssertReplay(first, await buyer.Checkout(key));
        AssertReplay(first, await buyer.Checkout($"\"{key}\""));
        Assert.Equal(1, await Shop.Books.OrdersOf(buyer.Email));
    }

    [Fact]
    public async Task The_answer_is_the_same_after_the_API_was_killed()
    {
        var (buyer, key) = await WithCart();
        var first = await buyer.Checkout(key);

        await Shop.RestartApi();

        AssertReplay(first, await buyer.Checkout(key));
        await buyer.Sees(first.Accepted(), "CONFIRMED");
        Assert.Equal(1, await Shop.Books.OrdersOf(buyer.Email));
    }

    [Fact]
    public async Task The_answer_is_the_same_after_Redis_lost_everything()
    {
        var (buyer, key) = await WithCart();
        var first = await buyer.Checkout(key);

        await Shop.ForgetRedis();

        AssertReplay(first, await buyer.Checkout(key));
        await buyer.Sees(first.Accepted(), "CONFIRMED");
    }

    [Fact]
    public async Task Another_payload_under_the_key_is_refused()
    {
        var (buyer, key) = await WithCart();
        var orderId = (await buyer.Checkout(key)).Accepted();

        (await buyer.Checkout(key, card: "pm_card_mastercard")).Refused(422, "idempotency-key-reused");
        await buyer.Sees(orderId, "CONFIRMED");
        Assert.Equal(1, await Shop.Books.OrdersOf(buyer.Email));
    }

    [Fact]
    public async Task Two_buyers_may_choose_the_same_key()
    {
        var (first, key) = await WithCart();
        var (second, _) = await WithCart();

        var (one, other) = ((await first.Checkout(key)).Accepted(), (await second.Checkout(key)).Accepted());

        Assert.NotEqual(one, other);
        await first.Sees(one, "CONFIRMED");
        await second.Sees(other, "CONFIRMED");
    }

    private async Task<(Buyer Buyer, string Key)> WithCart()
    {
        var buyer = new Buyer(Shop);
        await buyer.AddToCart(await Shop.Goods.Offer(stock: AtOnce));
        return (buyer, Buyer.NewKey());
    }

    private static void AssertReplay(Answer first, Answer repeat)
    {
        Assert.Equal(first.Status, repeat.Status);
        Assert.Equal(first.Body, repeat.Body);
        Assert.Equal("true", repeat.Header("Idempotent-Replayed"));
        Assert.Equal(Headers(first), Headers(repeat));
    }

    private static IEnumerable<string> Headers(Answer answer) => answer.Headers
        .Where(field => !OfTheTransport.Contains(field.Key, StringComparer.OrdinalIgnoreCase))
        .Select(field => $"{field.Key}: {field.Value}").Order(StringComparer.Ordinal);
}
