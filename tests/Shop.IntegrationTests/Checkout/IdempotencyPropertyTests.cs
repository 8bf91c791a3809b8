using CsCheck;
using Shop.Api.Checkout;
using Shop.IntegrationTests.Carts;
using Xunit;

namespace Shop.IntegrationTests.Checkout;

/// <summary>
/// Histories of one buyer who sends checkouts under a few keys, with this payload and that, again and again, at two
/// instances of the API and up to three at once: what they are answered has to be what some order of them makes of
/// <see cref="IdempotencyWorld"/>. CsCheck prints the seed of a history that is not, and cuts it down.
/// </summary>
public sealed class When_keys_are_used_at_random(ShopProcesses shop) : ShopTest(shop)
{
    private const int Histories = 16;
    private const int AtOnce = 4;
    private const long Price = 2_500;

    private static readonly ShippingOptions Shipping = new();

    private static readonly Gen<Deed> Deeds = Gen.Select(
        Gen.Frequency((2, true), (5, false)), Gen.OneOf("k1", "k2"),
        Gen.Frequency((4, CheckoutRules.Standard), (1, CheckoutRules.Express)), Gen.Int[0, 1],
        (adds, key, method, instance) => new Deed(adds, key, method, instance));

    [Fact]
    public async Task Each_is_one_order_and_whatever_comes_later_is_told_of_it()
    {
        var other = await Shop.ApiWith();
        var sku = await Shop.Goods.Offer(stock: 2_000, Price);

        await Deeds.Array[1, 3].Array[2, 7].SampleAsync(
            history => Try(history, sku, other), iter: Histories, threads: AtOnce, print: Told);
    }

    private async Task Try(Deed[][] history, string sku, HostProcess other)
    {
        using var here = new Shopper(Shop.Api);
        Assert.Equal(200, (await here.Add(sku)).Status);
        using var there = new Shopper(other) { Session = here.Session };
        var own = Guid.NewGuid();
        var worlds = new Worlds<IdempotencyWorld>(IdempotencyWorld.Empty.Add());
        var bodies = new Dictionary<Guid, byte[]>();

        foreach (var step in history)
        {
            var answers = await Task.WhenAll(step.Select(deed => Do(deed.Instance == 0 ? here : there, deed)));
            worlds.Explain(
                string.Join(" | ", step.Zip(answers, (deed, answer) => $"{deed} → {answer.Status} {answer.Header("Idempotent-Replayed")}")),
                [.. step.Zip(answers, (deed, answer) => Explain(deed, answer, step))]);
            foreach (var answer in answers.Where(answer => answer.Status == 202))
            {
                // The same to the byte, whenever and by whomever it is answered.
                var order = answer.Accepted();
                bodies.TryAdd(order, answer.Body);
                Assert.Equal(bodies[order], answer.Body);
            }
        }

        await Waiting.For("each key is one order", () => Shop.Books.OrdersOf(here.Email), orders => orders >= bodies.Count);
        Assert.Equal(bodies.Count, await Shop.Books.OrdersOf(here.Email));

        Task<Answer> Do(Shopper buyer, Deed deed) =>
            deed.Adds ? buyer.Add(sku) : buyer.CheckoutOf(here, $"{deed.Key}-{own}", deed.Method);
    }

    private static Func<IdempotencyWorld, IdempotencyWorld?> Explain(Deed deed, Answer answer, Deed[] step)
    {
        if (deed.Adds) return world => answer.Status == 200 ? world.Add() : null;
        switch (answer.Status)
        {
            case 202:
                var (order, isReplay) = (answer.Accepted(), answer.Header("Idempotent-Replayed") == "true");
                var goods = answer.Json.GetProperty("total").GetProperty("amount").GetInt64() - Shipping.Of(deed.Method);
                return world => world.Accept(deed.Key, deed.Method, order, (int)(goods / Price), isReplay);
            case 409:
                // Under way at the same time, by the same key.
                answer.Refused(409, "idempotency-key-in-flight");
                return world => step.Count(each => !each.Adds && each.Key == deed.Key) > 1 ? world : null;
            default:
                var isReuse = answer.Text("code") == "idempotency-key-reused";
                answer.Refused(422, isReuse ? "idempotency-key-reused" : "cart-empty");
                var isBeside = step.Count(each => !each.Adds) > 1;
                return world => isReuse ? world.Reuse(deed.Key, deed.Method) : world.FindNothing(deed.Key, isBeside);
        }
    }

    private static string Told(Deed[][] history) =>
        string.Join('\n', history.Select(step => string.Join(" | ", step.Select(deed => $"{deed}"))));

    private sealed record Deed(bool Adds, string Key, string Method, int Instance)
    {
        public override string ToString() => Adds ? $"add @{Instance}" : $"check out {Key} {Method} @{Instance}";
    }
}
