using Shop.Contracts.Fulfillment;
using Shop.Workers.Fulfillment;
using Xunit;

namespace Shop.IntegrationTests.Fulfillment;

[Collection(FulfillmentCollection.Name)]
public sealed class When_a_carrier_tells(FulfillmentHost shop)
{
    [Fact]
    public async Task Twice_and_in_any_order_each_parcel_arrives_once()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        string[] way = [ParcelStatus.HandedOver, ParcelStatus.InTransit, ParcelStatus.Delivered];
        var orders = new List<(Placed Order, Parcel Parcel)>();
        for (var i = 0; i < 10; i++)
        {
            var order = await shop.Labelled(("W1", 1));
            orders.Add((order, Assert.Single(await shop.Parcels(order.Id))));
        }

        var told = orders.SelectMany(order => way.Concat(way).Select(status => (order.Parcel, status))).ToArray();
        random.Shuffle(told);
        var handed = 0;
        foreach (var (parcel, status) in told)
        {
            await shop.Tell(parcel, status);
            if (random.Next(6) == 0 && handed < orders.Count) await shop.HandOver(orders[handed++].Parcel);
        }

        foreach (var (order, parcel) in orders)
        {
            await shop.Become(order.Id, ParcelStatus.Delivered);
            await shop.Hears<FulfillmentDelivered>(order.Id);
            Assert.Equal(1, shop.Count<ParcelHandedOver>(order.Id));
            Assert.Single(shop.Captures.Of(order.Id));
            await Waiting.For("all of it is noted, once", () => shop.Read<long>(
                "select count(*) from fulfillment.tracking_event where tracking_number = $1", parcel.TrackingNumber!),
                noted => noted == way.Length);
        }

        Assert.All(orders, order => Assert.Equal(1, shop.Count<FulfillmentDelivered>(order.Order.Id)));
    }

    [Fact]
    public async Task What_was_lost_on_the_way_is_found_by_asking()
    {
        var order = await shop.Labelled(("W1", 1));
        var parcel = Assert.Single(await shop.Parcels(order.Id));
        await shop.HandOver(parcel);
        await shop.Become(order.Id, ParcelStatus.HandedOver);
        shop.Carrier.Happens(parcel.TrackingNumber!, ParcelStatus.InTransit);
        shop.Carrier.Happens(parcel.TrackingNumber!, ParcelStatus.Delivered);

        await shop.Run<AskCarriersJob>();
        Assert.Equal(ParcelStatus.HandedOver, Assert.Single(await shop.Parcels(order.Id)).Status);
        await shop.Age(order.Id);
        await shop.Run<AskCarriersJob>();

        await shop.Become(order.Id, ParcelStatus.Delivered);
        await shop.Hears<FulfillmentDelivered>(order.Id);
    }

    [Fact]
    public async Task Of_a_parcel_that_nobody_handed_over_it_has_left_all_the_same()
    {
        var order = await shop.Labelled(("W1", 1));
        await shop.Tell(Assert.Single(await shop.Parcels(order.Id)), ParcelStatus.InTransit);

        await shop.Become(order.Id, ParcelStatus.InTransit);
        Assert.Single(shop.Captures.Of(order.Id));
    }

    [Fact]
    public async Task Of_a_parcel_that_was_called_off_people_are_told()
    {
        var order = await shop.Labelled(("W1", 1));
        var parcel = Assert.Single(await shop.Parcels(order.Id));
        await shop.Broker.Command(new StopFulfillment { OrderId = order.Id, Reason = "cancelled" });
        await shop.Become(order.Id, ParcelStatus.Cancelled);

        await shop.Tell(parcel, ParcelStatus.InTransit);

        await Waiting.For("it is shown", () => shop.Escalations(order.Id), kinds => kinds is ["PARCEL_ASTRAY"]);
        Assert.Empty(shop.Captures.Of(order.Id));
    }

    [Fact]
    public async Task A_parcel_that_is_lost_is_shown_to_people()
    {
        var order = await shop.Labelled(("W1", 1));
        var parcel = Assert.Single(await shop.Parcels(order.Id));
        await shop.HandOver(parcel);
        await shop.Tell(parcel, ParcelStatus.Lost);

        await shop.Become(order.Id, ParcelStatus.Lost);
        Assert.Equal(["PARCEL_LOST"], await shop.Escalations(order.Id));
        Assert.Equal(0, shop.Count<FulfillmentDelivered>(order.Id));
    }

    [Fact]
    public async Task A_parcel_that_has_not_left_in_time_is_shown_to_people_until_it_does()
    {
        var (late, early) = (await shop.Labelled(("W1", 1)), await shop.Labelled(("W1", 1)));
        await shop.Age(late.Id);

        await shop.Run<EscalateJob>();

        Assert.Equal(["NOT_SHIPPED_IN_TIME"], await shop.Escalations(late.Id));
        Assert.Empty(await shop.Escalations(early.Id));
        await shop.HandOver(Assert.Single(await shop.Parcels(late.Id)));
        await shop.Become(late.Id, ParcelStatus.HandedOver);
        Assert.Empty(await shop.Escalations(late.Id));
    }
}
