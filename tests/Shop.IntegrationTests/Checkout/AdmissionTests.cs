using System.Globalization;
using Shop.IntegrationTests.Carts;
using Xunit;

namespace Shop.IntegrationTests.Checkout;

/// <summary>The provider is slow, and orders wait longer than the shop lets them.</summary>
public sealed class When_more_want_to_buy_than_can_be_served(ShopProcesses shop) : ShopTest(shop)
{
    /// <summary>Less than the workers wait for the provider.</summary>
    private const int SlownessMs = 800;

    private static readonly (string, string)[] Narrow =
    [
        ("Admission__TargetDelay", "00:00:00.500"), ("Admission__LeastBacklog", "1"), ("Admission__Pace", "00:00:00.100"),
    ];

    [Fact]
    public async Task One_is_asked_to_come_again_and_loses_nothing()
    {
        var api = await Shop.ApiWith(Narrow);
        var sku = await Shop.Goods.Offer(stock: 1_000);
        await Shop.Provider.SetLatency(SlownessMs);
        Answer answer = null!;
        Shopper? shopper = null;
        var key = "";
        await Waiting.For("a checkout is turned away", async () =>
        {
            shopper?.Dispose();
            (shopper, key) = (new Shopper(api), Buyer.NewKey());
            await shopper.Add(sku, 3);
            answer = await shopper.Checkout(key);
            return answer.Status != 202;
        });

        answer.Refused(503, "overloaded");
        Assert.InRange(int.Parse(answer.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 120);
        Assert.Equal($"{sku}×3", await shopper!.Cart());
        Assert.Equal(0, await Shop.Books.Count("select count(*) from requests.accepted_request where key = $1", key));

        await Shop.Provider.Reset();
        var accepted = await Waiting.For(
            "the key is taken", () => shopper.Checkout(key), again => again.Status == 202, TimeSpan.FromSeconds(60));
        Assert.Null(accepted.Header("Idempotent-Replayed"));
        await Waiting.For("it is confirmed", () => shopper.Get($"/orders/{accepted.Accepted()}"),
            order => order.Status == 200 && order.Text("status") == "CONFIRMED");
        Assert.Equal(1, await Shop.Books.OrdersOf(shopper.Email));
        shopper.Dispose();
    }
}
