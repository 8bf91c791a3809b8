using System.Text.Json;
using Shop.Contracts;
using Shop.Contracts.Orders;
using Shop.IntegrationTests.Checkout;
using Shop.Messaging;
using Xunit;

namespace Shop.IntegrationTests.Orders;

public sealed class When_an_order_is_cancelled(ShopProcesses shop) : ShopTest(shop)
{
    private static readonly TimeSpan UntilMoneyIsFree = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task While_its_payment_is_pending_its_stock_and_money_go_back()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5);
        var orderId = await buyer.Order("pm_card_slow_2", sku, 2);
        await buyer.Sees(orderId, "PENDING_PAYMENT");

        var answer = await Cancel(buyer, orderId);

        Assert.Equal(202, answer.Status);
        Assert.Equal($"/orders/{orderId}", answer.Header("Location"));
        var order = await buyer.Sees(orderId, "CANCELLED");
        Assert.True(order.GetProperty("terminal").GetBoolean());
        Assert.Equal("cancelled", order.GetProperty("failure").GetProperty("code").GetString());
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 5, Reserved: 0, Sold: 0));
        await MoneyIsFree(orderId);
    }

    [Fact]
    public async Task After_it_was_confirmed_its_stock_and_money_go_back()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5);
        var orderId = await buyer.Order(Buyer.GoodCard, sku, 2);
        await buyer.Sees(orderId, "CONFIRMED");
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 5, Reserved: 0, Sold: 2));

        Assert.Equal(202, (await Cancel(buyer, orderId)).Status);
        await BecomesCancelled(buyer, orderId);

        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 5, Reserved: 0, Sold: 0));
        Assert.Equal("RESERVED, SOLD, UNSOLD", await Shop.Books.Ledger(orderId));
        await MoneyIsFree(orderId);
        Assert.Equal("AUTHORIZATION, VOID", await Shop.Books.PaymentEntries(orderId));
        var charge = Assert.Single(await Shop.Provider.Charges(orderId));
        Assert.Equal(("canceled", 0), (charge.Status, charge.Held));
        Assert.False(await Shop.Books.IsWithFulfillment(orderId));
        Assert.Equal("RECEIVED, PENDING_PAYMENT, CONFIRMED, CANCELLED", await Shop.Books.History(orderId));
    }

    [Fact]
    public async Task Too_late_it_stays_as_it_is()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5);
        var orderId = await buyer.Order(Buyer.GoodCard, sku);
        await buyer.Sees(orderId, "CONFIRMED");
        await Waiting.For("it leaves the warehouse", () => Shop.Books.HandOver(orderId));
        var version = await Shop.Books.VersionOf(orderId);

        Assert.Equal(202, (await Cancel(buyer, orderId)).Status);
        await Waiting.For("fulfilment was asked and has answered", () => Shop.Books.VersionOf(orderId), now => now == version + 2);

        Assert.Equal("Confirmed", await Shop.Books.StateOf(orderId));
        Assert.Equal("AUTHORIZED", await Shop.Books.Payment(orderId));
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 5, Reserved: 0, Sold: 1));
        Assert.Equal("RECEIVED, PENDING_PAYMENT, CONFIRMED", await Shop.Books.History(orderId));
    }

    [Fact]
    public async Task Before_the_order_is_recorded_the_cancellation_is_not_lost()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5);
        await Shop.Sagas.Kill();
        var orderId = await buyer.Order(Buyer.GoodCard, sku);

        Assert.Equal(202, (await Cancel(buyer, orderId)).Status);
        Assert.Equal(202, (await Cancel(buyer, orderId)).Status);
        await Shop.Sagas.Start();

        await BecomesCancelled(buyer, orderId);
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 5, Reserved: 0, Sold: 0));
        Assert.Empty(await Shop.Provider.Charges(orderId));
    }

    [Fact]
    public async Task One_that_overtakes_its_checkout_waits_for_it_unseen()
    {
        var orderId = Guid.NewGuid();
        await Send(new CancelOrder { OrderId = orderId });
        await Waiting.For("the cancellation is kept", () => Shop.Books.StateOf(orderId), state => state == "AwaitingCheckout");

        await Send(new SubmitCheckout
        {
            OrderId = orderId,
            Owner = "guest:test",
            Email = "a@example.org",
            ShippingAddress = new Address("A", "1 Main St", null, "Springfield", "IL", "62701", "US"),
            ShippingMethod = "STANDARD",
            PaymentMethod = Buyer.GoodCard,
            Lines = [new OrderLine("SKU-1", "One", 1, new Money(500, "USD"))],
            Shipping = new Money(0, "USD"),
            Total = new Money(500, "USD"),
            AcceptedAt = DateTimeOffset.UnixEpoch,
        });

        await Waiting.For("it has ended", () => Shop.Books.StateOf(orderId), state => state == "Cancelled");
        Assert.Equal("RECEIVED, CANCELLED", await Shop.Books.History(orderId));
        Assert.Null(await Shop.Books.Reservation(orderId));
    }

    [Fact]
    public async Task A_repeat_is_answered_alike_and_does_nothing_twice()
    {
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));
        await buyer.Sees(orderId, "CONFIRMED");

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Cancel(buyer, orderId)));
        await BecomesCancelled(buyer, orderId);

        Assert.All(answers, answer => Assert.Equal(202, answer.Status));
        var later = await Cancel(buyer, orderId);
        Assert.Equal((202, "CANCELLED"), (later.Status, later.Text("status")));
        await MoneyIsFree(orderId);
        Assert.Equal("RESERVED, SOLD, UNSOLD", await Shop.Books.Ledger(orderId));
        Assert.Equal("AUTHORIZATION, VOID", await Shop.Books.PaymentEntries(orderId));
    }

    [Fact]
    public async Task After_its_end_it_is_409()
    {
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order("pm_card_chargeDeclined", await Shop.Goods.Offer(stock: 5));
        await buyer.Sees(orderId, "PAYMENT_FAILED");

        (await Cancel(buyer, orderId)).Refused(409, "not-cancellable");
    }

    [Fact]
    public async Task By_someone_else_it_is_404()
    {
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));
        var other = new Buyer(Shop);
        await other.AddToCart(await Shop.Goods.Offer(stock: 1));

        (await Cancel(other, orderId)).Refused(404, "not-found");
        (await Cancel(new Buyer(Shop), orderId)).Refused(404, "not-found");
        (await Cancel(buyer, Guid.NewGuid())).Refused(404, "not-found");
        await buyer.Sees(orderId, "CONFIRMED");
    }

    /// <summary>Some are never cancelled, some at a random moment, some while a carrier takes them.</summary>
    [Fact]
    public async Task Fifty_at_random_moments_end_with_stock_and_money_or_without_both()
    {
        const int crowd = 50;
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var chances = new Random(seed);
        await Shop.Provider.SetLatency(60);
        var sku = await Shop.Goods.Offer(stock: crowd);

        var ends = await Task.WhenAll(Enumerable.Range(0, crowd)
            .Select(_ => (Wait: chances.Next(900), Cancels: chances.Next(5) > 0, Leaves: chances.Next(3) == 0))
            .ToList().Select(async fate =>
            {
                var buyer = new Buyer(Shop);
                var orderId = await buyer.Order(Buyer.GoodCard, sku);
                var leaving = fate.Leaves ? Leaves(orderId) : Task.FromResult(false);
                await Task.Delay(fate.Wait, TestContext.Current.CancellationToken);
                if (fate.Cancels) Assert.Equal(202, (await Cancel(buyer, orderId)).Status);
                var stays = !fate.Cancels || await leaving;
                if (stays) await buyer.Sees(orderId, "CONFIRMED");
                else await BecomesCancelled(buyer, orderId);
                return (orderId, stays);
            }));

        var sold = ends.Count(end => end.stays);
        TestContext.Current.TestOutputHelper?.WriteLine($"{sold} stayed, {crowd - sold} were cancelled");
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: crowd, Reserved: 0, Sold: sold));
        foreach (var (orderId, stays) in ends)
        {
            if (!stays) await MoneyIsFree(orderId);
            var charges = await Shop.Provider.Charges(orderId);
            Assert.True(charges.Count <= 1);
            Assert.Equal(stays ? 1 : 0, charges.Count(charge => charge.Held > 0));
        }
    }

    [Fact]
    public async Task A_parcel_that_has_left_is_not_called_off_whatever_ends_its_order()
    {
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));
        await buyer.Sees(orderId, "CONFIRMED");
        await Waiting.For("it leaves the warehouse", () => Shop.Books.HandOver(orderId));

        await Send(
            new OrderEnded { OrderId = orderId, Status = "PAYMENT_FAILED", Reason = "payment_voided", WasConfirmed = true },
            "fulfillment.call-off-fulfillment");
        await Waiting.Until(() => Task.FromResult(Shop.Workers.Output.Any(line =>
            line.Contains($"Order {orderId} ended as PAYMENT_FAILED", StringComparison.Ordinal))));

        Assert.True(await Shop.Books.IsWithFulfillment(orderId));
    }

    /// <summary>As soon as fulfilment has it: whether it was there before any cancellation.</summary>
    private async Task<bool> Leaves(Guid orderId)
    {
        var left = false;
        await Waiting.For($"order {orderId} leaves or is called off", async () =>
            (left = await Shop.Books.HandOver(orderId))
            || await Shop.Books.StateOf(orderId) is "Cancelled");
        return left;
    }

    private async Task MoneyIsFree(Guid orderId)
    {
        await Waiting.For("no money is held", () => Shop.Books.Payment(orderId), state => state is null or "VOIDED",
            UntilMoneyIsFree);
        Assert.All(await Shop.Provider.Charges(orderId), charge => Assert.Equal(0, charge.Held));
    }

    /// <summary>Seen as confirmed before, perhaps.</summary>
    private static async Task BecomesCancelled(Buyer buyer, Guid orderId) => await Waiting.For(
        $"order {orderId} is cancelled", () => buyer.Get($"/orders/{orderId}"),
        answer => answer.Text("status") == "CANCELLED");

    private static Task<Answer> Cancel(Buyer buyer, Guid orderId) => buyer.Post($"/orders/{orderId}/cancel");

    private Task Send<TCommand>(TCommand command)
        where TCommand : ICommand => Send(command, QueueNames.OfCommand(typeof(TCommand)));

    private Task Send<TMessage>(TMessage message, string queue) => Shop.Broker.Send(
        queue, "application/vnd.masstransit+json",
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            messageId = Guid.NewGuid(),
            conversationId = Guid.NewGuid(),
            messageType = new[] { $"urn:message:{typeof(TMessage).Namespace}:{typeof(TMessage).Name}" },
            message,
        }, JsonSerializerOptions.Web));
}
