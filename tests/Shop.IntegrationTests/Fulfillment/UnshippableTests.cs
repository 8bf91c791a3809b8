using Shop.Contracts.Fulfillment;
using Xunit;

namespace Shop.IntegrationTests.Fulfillment;

[Collection(FulfillmentCollection.Name)]
public sealed class When_a_parcel_cannot_be_shipped(FulfillmentHost shop)
{
    [Fact]
    public async Task Other_warehouses_send_it_for_the_same_money()
    {
        var order = await shop.Labelled(("W1", 3));
        var parcel = Assert.Single(await shop.Parcels(order.Id));
        await shop.Receive(order.Sku, "W2", 2);
        await shop.Receive(order.Sku, "W3", 1);

        await shop.Broker.Command(new ReportParcelUnshippable { ParcelId = parcel.Id, Reason = "the shelf is empty" });
        await Waiting.For("others are there", () => shop.Parcels(order.Id), parcels => parcels.Count == 3);
        await shop.Book(order.Id);

        var parcels = await shop.Become(order.Id, ParcelStatus.Cancelled, ParcelStatus.Labelled, ParcelStatus.Labelled);
        Assert.Equal(order.Confirmed.Total.Amount, parcels.Skip(1).Sum(other => other.Amount));
        Assert.Empty(await shop.Escalations(order.Id));
        foreach (var other in parcels.Skip(1)) await shop.HandOver(other);
        await shop.Become(order.Id, ParcelStatus.Cancelled, ParcelStatus.HandedOver, ParcelStatus.HandedOver);
        Assert.Equal(order.Confirmed.Total.Amount, shop.Captures.Of(order.Id).Sum(capture => capture.Amount.Amount));
        Assert.True(shop.Captures.Of(order.Id)[^1].Final);
        await Waiting.For("what was sent is gone, the rest is free", () => shop.StockOf(order.Sku), stock => stock == (3, 0));
        foreach (var other in parcels.Skip(1)) await shop.Tell(other, ParcelStatus.Delivered);
        await shop.Hears<FulfillmentDelivered>(order.Id);
        Assert.True((await shop.Audit()).IsClean);
    }

    [Fact]
    public async Task And_nobody_else_has_it_people_are_told()
    {
        var order = await shop.Labelled(("W1", 3));
        var parcel = Assert.Single(await shop.Parcels(order.Id));
        await shop.Receive(order.Sku, "W2", 2);

        await shop.Broker.Command(new ReportParcelUnshippable { ParcelId = parcel.Id, Reason = "the shelf is empty" });
        await shop.Hears<ParcelStopped>(order.Id);

        parcel = Assert.Single(await shop.Become(order.Id, ParcelStatus.Stopped));
        Assert.Contains("no other warehouse", parcel.Reason, StringComparison.Ordinal);
        Assert.Equal(["PARCEL_STOPPED"], await shop.Escalations(order.Id));
        Assert.Equal((5, 3), await shop.StockOf(order.Sku));
    }

    [Fact]
    public async Task Once_it_is_leaving_that_comes_too_late()
    {
        var order = await shop.Labelled(("W1", 1));
        var parcel = Assert.Single(await shop.Parcels(order.Id));
        await shop.HandOver(parcel);
        await shop.Become(order.Id, ParcelStatus.HandedOver);

        await shop.Broker.Command(new ReportParcelUnshippable { ParcelId = parcel.Id, Reason = "the shelf is empty" });
        await shop.Tell(parcel, ParcelStatus.Delivered);

        await shop.Become(order.Id, ParcelStatus.Delivered);
    }
}

[Collection(FulfillmentCollection.Name)]
public sealed class When_goods_come_back(FulfillmentHost shop)
{
    [Fact]
    public async Task A_carrier_is_booked_once_however_often_it_is_asked_for()
    {
        var command = new BookReturnLabel
        {
            OrderId = Guid.NewGuid(),
            ReturnId = Guid.NewGuid(),
            From = new Contracts.Address("Ada", "1 Main Street", null, "Bloomington", "MN", "55425", "US"),
            Warehouse = "W1",
        };
        await shop.Broker.Command(command);
        await shop.Hears<ReturnLabelBooked>(command.ReturnId);
        await shop.Broker.Command(command);

        await Waiting.For("it is answered again", () => Task.FromResult(shop.Count<ReturnLabelBooked>(command.ReturnId) == 2));
        Assert.Equal(1, shop.Carrier.Attempts[command.ReturnId.ToString()]);
        Assert.Single(shop.Heard[typeof(ReturnLabelBooked)].Of(command.ReturnId).Select(heard =>
            System.Text.Json.JsonElement.Parse(heard.Body).GetProperty("message").GetProperty("trackingNumber").GetString()).Distinct());
    }
}
