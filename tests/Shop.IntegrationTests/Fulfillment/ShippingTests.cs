using System.Text;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Payments;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Fulfillment;

/// <summary>The whole shop: what customers and warehouses see over HTTP.</summary>
public sealed class When_a_warehouse_ships(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task The_order_is_shipped_and_delivered_and_shows_its_parcel()
    {
        var (buyer, dispatch, sku) = (new Buyer(Shop), new Dispatch(Shop), await Shop.Goods.Offer(stock: 5));
        var ops = dispatch.Ops;
        var orderId = await buyer.Order(Buyer.GoodCard, sku, 2);
        await buyer.Sees(orderId, "CONFIRMED");
        var parcel = Assert.Single(await dispatch.Labelled(orderId));
        var (id, number) = (parcel.GetProperty("id").GetGuid(), parcel.GetProperty("trackingNumber").GetString()!);
        Assert.True(TrackingNumbers.IsSscc(number));

        var pdf = await ops.Get($"/admin/parcels/{id}/label");
        Assert.Equal((200, "application/pdf"), (pdf.Status, pdf.Header("Content-Type")));
        Assert.StartsWith("%PDF-", Encoding.Latin1.GetString(pdf.Body), StringComparison.Ordinal);
        var zpl = await ops.Get($"/admin/parcels/{id}/label?format=zpl");
        Assert.Contains($"^FD(00){number}^FS", Encoding.UTF8.GetString(zpl.Body), StringComparison.Ordinal);

        await dispatch.HandOver(parcel);
        await Dispatch.Becomes(buyer, orderId, "SHIPPED");
        Assert.Equal(200, await dispatch.Tell(number, ParcelStatus.InTransit));
        Assert.Equal(200, await dispatch.Tell(number, ParcelStatus.Delivered));
        var order = await Dispatch.Becomes(buyer, orderId, "DELIVERED");

        var shipment = Assert.Single(order.GetProperty("shipments").EnumerateArray());
        Assert.Equal(
            ("own-fleet", number, "DELIVERED"),
            (shipment.GetProperty("carrier").GetString(), shipment.GetProperty("trackingNumber").GetString(),
                shipment.GetProperty("status").GetString()));
        Assert.Equal(2, Assert.Single(shipment.GetProperty("lines").EnumerateArray()).GetProperty("quantity").GetInt32());
        Assert.Equal("CAPTURED", order.GetProperty("payment").GetProperty("status").GetString());
        Assert.Equal("RECEIVED, PENDING_PAYMENT, CONFIRMED, SHIPPED, DELIVERED", await Shop.Books.History(orderId));
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 3, Reserved: 0, Sold: 0));
        (await buyer.Post($"/orders/{orderId}/cancel")).Refused(409, "not-cancellable");
        Assert.Equal(202, (await ops.Post($"/admin/parcels/{id}/hand-over", new { })).Status);
        (await ops.Post($"/admin/parcels/{id}/unshippable", new { reason = "gone" })).Refused(409, "not-shippable");
    }

    [Fact]
    public async Task News_that_nobody_signed_or_that_is_old_or_wrong_is_refused()
    {
        var dispatch = new Dispatch(Shop);
        const string number = "095212340000000013";
        Assert.Equal(400, await dispatch.Tell(number, ParcelStatus.Delivered, secret: "a guess"));
        Assert.Equal(400, await dispatch.Tell(number, ParcelStatus.Delivered, age: 301));
        Assert.Equal(400, await dispatch.Tell("095212340000000014", ParcelStatus.Delivered));
        Assert.Equal(400, await dispatch.Tell(number, ParcelStatus.Labelled));
        Assert.Equal(404, await dispatch.Tell(number, ParcelStatus.Delivered, carrier: "carrier"));
        Assert.Equal(200, await dispatch.Tell(number, ParcelStatus.Delivered));
        Assert.Equal(0, await Shop.Books.Count(
            "select count(*) from fulfillment.tracking_event where tracking_number = $1", number));
    }

    [Fact]
    public async Task A_payment_that_is_lost_when_a_parcel_has_left_is_shown_to_operators()
    {
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));
        await buyer.Sees(orderId, "CONFIRMED");
        await Waiting.For("it leaves the warehouse", () => Shop.Books.HandOver(orderId));

        await Shop.Broker.Publish(new PaymentVoided { OrderId = orderId });

        await Waiting.For("it is shown to whoever may read views", () => Shop.Books.Count(
            """
            set role shop_reader;
            select count(*) from (
                select kind, order_id, detail, raised_at from orders.escalation_view
                union all select kind, order_id, detail, raised_at from fulfillment.escalation_view) open
            where kind = 'SHIPPED_WITHOUT_PAYMENT' and raised_at <= now() and order_id = 
            """ + $"'{orderId}'"), shown => shown == 1);
        Assert.Equal("Confirmed", await Shop.Books.StateOf(orderId));
        Assert.Equal("RECEIVED, PENDING_PAYMENT, CONFIRMED", await Shop.Books.History(orderId));
    }

    [Fact]
    public async Task Warehouses_find_their_parcels_page_by_page()
    {
        var (buyer, dispatch, sku) = (new Buyer(Shop), new Dispatch(Shop), await Shop.Goods.Offer(stock: 5));
        var ops = dispatch.Ops;
        var orders = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            orders.Add(await buyer.Order(Buyer.GoodCard, sku));
            await buyer.Sees(orders[i], "CONFIRMED");
            await dispatch.Labelled(orders[i]);
        }

        var warehouse = (await dispatch.Labelled(orders[0]))[0].GetProperty("warehouse").GetString();
        var seen = new List<Guid>();
        var path = $"/admin/parcels?status=LABELLED&warehouse={warehouse}&limit=2";
        for (string? next = ""; next is not null && seen.Count < 200;)
        {
            var page = await ops.Get(next.Length == 0 ? path : $"{path}&cursor={next}");
            Assert.Equal(200, page.Status);
            seen.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(parcel => parcel.GetProperty("orderId").GetGuid()));
            if (orders.All(seen.Contains)) break;
            next = page.Json.GetProperty("next").GetString();
        }

        Assert.Equal(orders.AsEnumerable().Reverse(), seen.Where(orders.Contains));
        (await ops.Get("/admin/parcels?status=NOWHERE")).Refused(400, "validation");
        (await ops.Get("/admin/parcels?warehouse=%27")).Refused(400, "validation");
    }
}
