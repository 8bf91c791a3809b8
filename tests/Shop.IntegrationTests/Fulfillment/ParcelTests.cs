using Shop.Contracts.Fulfillment;
using Shop.Workers.Fulfillment;
using Xunit;

namespace Shop.IntegrationTests.Fulfillment;

/// <summary>From a confirmed order to the last parcel's arrival.</summary>
[Collection(FulfillmentCollection.Name)]
public sealed class When_an_order_is_sent(FulfillmentHost shop)
{
    [Fact]
    public async Task It_goes_in_a_labelled_parcel_for_each_warehouse_that_sum_to_its_total()
    {
        var order = await shop.Labelled(("W1", 2), ("W2", 1));

        var parcels = await shop.Become(order.Id, ParcelStatus.Labelled, ParcelStatus.Labelled);
        Assert.Equal(order.Confirmed.Total.Amount, parcels.Sum(parcel => parcel.Amount));
        Assert.All(parcels, parcel => Assert.True(TrackingNumbers.IsS10(parcel.TrackingNumber)));
        Assert.Equal(parcels.Count, parcels.Select(parcel => parcel.TrackingNumber).Distinct().Count());
    }

    [Fact]
    public async Task It_is_paid_when_it_leaves_and_told_of_when_it_arrives()
    {
        var order = await shop.Labelled(("W1", 2));
        var parcel = Assert.Single(await shop.Parcels(order.Id));

        await shop.HandOver(parcel);
        await shop.Become(order.Id, ParcelStatus.HandedOver);
        await shop.Tell(parcel, ParcelStatus.InTransit);
        await shop.Become(order.Id, ParcelStatus.InTransit);
        await shop.Tell(parcel, ParcelStatus.Delivered);
        await shop.Become(order.Id, ParcelStatus.Delivered);

        await shop.Hears<FulfillmentDelivered>(order.Id);
        Assert.Equal(1, shop.Count<ParcelHandedOver>(order.Id));
        var capture = Assert.Single(shop.Captures.Of(order.Id));
        Assert.Equal((parcel.Id, order.Confirmed.Total, true), (capture.CaptureId, capture.Amount, capture.Final));
        await Waiting.For("the stock is gone", () => shop.StockOf(order.Sku), stock => stock == (0, 0));
    }

    [Fact]
    public async Task Of_two_parcels_that_leave_at_once_one_is_paid_after_the_other_and_the_last_is_final()
    {
        var order = await shop.Labelled(("W1", 2), ("W2", 3));
        var parcels = await shop.Parcels(order.Id);
        shop.Captures.Hush(order.Id);

        await Task.WhenAll(parcels.Select(shop.HandOver));
        await Waiting.For("both are to leave", () => shop.Parcels(order.Id),
            now => now.All(parcel => parcel.Capture is CaptureState.Asked or CaptureState.Waiting));
        await Waiting.Until(() => shop.Captures.Of(order.Id).Count == 1);
        Assert.False(shop.Captures.Of(order.Id)[0].Final);
        await shop.Captures.Speak(order.Id);
        await shop.Become(order.Id, ParcelStatus.HandedOver, ParcelStatus.HandedOver);

        var captures = shop.Captures.Of(order.Id);
        Assert.Equal([false, true], captures.Select(capture => capture.Final));
        Assert.Equal(order.Confirmed.Total.Amount, captures.Sum(capture => capture.Amount.Amount));
        await shop.Tell(parcels[0], ParcelStatus.Delivered);
        await shop.Become(order.Id, ParcelStatus.Delivered, ParcelStatus.HandedOver);
        Assert.Equal(0, shop.Count<FulfillmentDelivered>(order.Id));
        await shop.Tell(parcels[1], ParcelStatus.Delivered);
        await shop.Hears<FulfillmentDelivered>(order.Id);
    }

    [Fact]
    public async Task A_message_that_comes_again_changes_nothing()
    {
        var order = await shop.Labelled(("W1", 1));
        var parcel = Assert.Single(await shop.Parcels(order.Id));
        await shop.HandOver(parcel);
        await shop.Become(order.Id, ParcelStatus.HandedOver);
        await Waiting.For("the stock is gone", () => shop.StockOf(order.Sku), stock => stock == (0, 0));

        await shop.Broker.Publish(order.Confirmed);
        await shop.HandOver(parcel);
        foreach (var capture in shop.Captures.Of(order.Id)) await shop.Captures.Tell(capture);
        await shop.Tell(parcel, ParcelStatus.Delivered);
        await shop.Become(order.Id, ParcelStatus.Delivered);

        Assert.Single(shop.Captures.Of(order.Id));
        Assert.Equal(1, shop.Count<ParcelHandedOver>(order.Id));
        Assert.True((await shop.Audit()).IsClean);
    }

    [Fact]
    public async Task A_capture_that_is_answered_late_is_asked_for_again_and_nothing_stops_it_meanwhile()
    {
        var order = await shop.Labelled(("W1", 1));
        var parcel = Assert.Single(await shop.Parcels(order.Id));
        shop.Captures.Hush(order.Id);
        await shop.HandOver(parcel);
        await Waiting.Until(() => shop.Captures.Of(order.Id).Count == 1);

        await shop.Broker.Command(new StopFulfillment { OrderId = order.Id, Reason = "cancelled" });
        await shop.Hears<FulfillmentStopRejected>(order.Id);
        await shop.Age(order.Id);
        await shop.Run<RemindJob>();
        await Waiting.Until(() => shop.Captures.Of(order.Id).Count == 2);
        Assert.Single(shop.Captures.Of(order.Id).Distinct());
        Assert.Equal(0, shop.Count<ParcelHandedOver>(order.Id));
        await shop.Captures.Speak(order.Id);

        await shop.Become(order.Id, ParcelStatus.HandedOver);
        Assert.Equal(1, shop.Count<ParcelHandedOver>(order.Id));
    }

    [Fact]
    public async Task A_capture_that_is_refused_stops_the_parcel_and_its_order_can_be_called_off_again()
    {
        var order = await shop.Labelled(("W1", 1));
        shop.Captures.Refuse(order.Id, "expired");
        await shop.HandOver(Assert.Single(await shop.Parcels(order.Id)));

        var parcel = Assert.Single(await shop.Become(order.Id, ParcelStatus.Stopped));
        Assert.Contains("expired", parcel.Reason, StringComparison.Ordinal);
        await shop.Hears<ParcelStopped>(order.Id);
        Assert.Equal(["PARCEL_STOPPED"], await shop.Escalations(order.Id));
        await shop.Broker.Command(new StopFulfillment { OrderId = order.Id, Reason = "cancelled" });

        await shop.Hears<FulfillmentStopped>(order.Id);
        await shop.Become(order.Id, ParcelStatus.Cancelled);
        Assert.Empty(await shop.Escalations(order.Id));
        Assert.Equal((1, 1), await shop.StockOf(order.Sku));
    }

    [Fact]
    public async Task One_that_is_labelled_for_long_leaves_by_itself_where_that_is_configured()
    {
        var order = await shop.Labelled(("W1", 1));
        await shop.Age(order.Id);

        await shop.Run<RemindJob>(Microsoft.Extensions.Options.Options.Create(
            new FulfillmentOptions { HandOverAfter = TimeSpan.FromDays(3) }));

        await shop.Become(order.Id, ParcelStatus.HandedOver);
    }

    [Fact]
    public async Task One_that_was_called_off_before_it_came_is_never_booked()
    {
        var order = await shop.Sell(("W1", 1));
        await shop.Broker.Command(new StopFulfillment { OrderId = order.Id, Reason = "cancelled" });
        await shop.Hears<FulfillmentStopped>(order.Id);

        await shop.Broker.Publish(order.Confirmed);
        await shop.Book(order.Id);

        var parcel = Assert.Single(await shop.Become(order.Id, ParcelStatus.Cancelled));
        Assert.False(shop.Carrier.Attempts.ContainsKey(parcel.Id.ToString()));
    }

    [Fact]
    public async Task A_carrier_that_fails_is_asked_again_and_one_that_refuses_is_not()
    {
        var (silent, refusing) = (await shop.Sell(("W1", 1)), await shop.Sell(("W1", 1)));
        var (first, second) = (ParcelSplit.Of(silent.Confirmed)[0].Id, ParcelSplit.Of(refusing.Confirmed)[0].Id);
        shop.Carrier.Refused[first.ToString()] = "";
        shop.Carrier.Refused[second.ToString()] = "too far";

        await shop.Broker.Publish(silent.Confirmed);
        await shop.Broker.Publish(refusing.Confirmed);
        await shop.Become(refusing.Id, ParcelStatus.Stopped);
        await shop.Hears<ParcelStopped>(refusing.Id);
        await Waiting.Until(() => shop.Carrier.Attempts.ContainsKey(first.ToString()));
        Assert.Equal(ParcelStatus.Picking, Assert.Single(await shop.Parcels(silent.Id)).Status);
        shop.Carrier.Refused.TryRemove(first.ToString(), out _);
        await shop.Age(silent.Id);
        await shop.Book(silent.Id);

        await shop.Become(silent.Id, ParcelStatus.Labelled);
        Assert.Equal(1, shop.Carrier.Attempts[second.ToString()]);
    }

    /// <summary>Of a carrier that takes it and a cancellation, at the same moment.</summary>
    [Fact]
    public async Task Of_a_hand_over_and_a_cancellation_exactly_one_succeeds_and_stock_and_money_agree()
    {
        const int rounds = 40;
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var orders = await Task.WhenAll(Enumerable.Range(0, rounds).Select(round => shop.Confirm(("W1", 1), ("W2", 1))));
        foreach (var order in orders) await shop.Book(order.Id);

        await Task.WhenAll(orders.Select((order, round) => (order, round, Wait: random.Next(12), StopsFirst: random.Next(2) == 0))
            .ToList().Select(async fate =>
            {
                var parcels = await shop.Parcels(fate.order.Id);
                Task Stop() => shop.Broker.Command(new StopFulfillment { OrderId = fate.order.Id, Reason = "cancelled" });
                Task Leave() => Task.WhenAll(parcels.Select(shop.HandOver));
                await (fate.StopsFirst ? Stop() : Leave());
                await Task.Delay(fate.Wait, TestContext.Current.CancellationToken);
                await (fate.StopsFirst ? Leave() : Stop());
            }));

        var left = 0;
        foreach (var order in orders)
        {
            await Waiting.For("it is stopped or not", () => Task.FromResult(
                shop.Count<FulfillmentStopped>(order.Id) + shop.Count<FulfillmentStopRejected>(order.Id) == 1));
            if (shop.Count<FulfillmentStopped>(order.Id) == 1)
            {
                await shop.Become(order.Id, ParcelStatus.Cancelled, ParcelStatus.Cancelled);
                Assert.Empty(shop.Captures.Of(order.Id));
                Assert.Equal(0, shop.Count<ParcelHandedOver>(order.Id));
                Assert.Equal((2, 2), await shop.StockOf(order.Sku));
                continue;
            }

            left++;
            await shop.Become(order.Id, ParcelStatus.HandedOver, ParcelStatus.HandedOver);
            Assert.Equal(order.Confirmed.Total.Amount, shop.Captures.Of(order.Id).Sum(capture => capture.Amount.Amount));
            await Waiting.For("the stock is gone", () => shop.StockOf(order.Sku), stock => stock == (0, 0));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{left} of {rounds} left");
        Assert.InRange(left, 1, rounds - 1);
        Assert.True((await shop.Audit()).IsClean);
    }
}

/// <summary>They share the host, and go one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class FulfillmentCollection : ICollectionFixture<FulfillmentHost>
{
    public const string Name = "fulfillment";
}
