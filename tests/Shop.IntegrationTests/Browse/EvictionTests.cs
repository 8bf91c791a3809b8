using System.Net;
using Shop.Contracts.Catalog;
using Shop.Contracts.Inventory;
using Xunit;

namespace Shop.IntegrationTests.Browse;

public sealed class EvictionTests(BrowseProcesses shop) : BrowseTest(shop)
{
    [Fact]
    public async Task A_price_that_changed_shows_within_two_seconds_on_every_instance()
    {
        var sku = await Shop.Goods.Offer(stock: 0, price: 1_000);
        await Task.WhenAll(Shows(0, sku, 1_000), Shows(1, sku, 1_000));

        await ShowsWithinTwoSeconds(
            time => Shop.Goods.Put(sku, 900 - time),
            async (instance, time) => await Price(instance, sku) == 900 - time);
    }

    [Fact]
    public async Task A_band_that_stock_changed_shows_within_two_seconds_on_every_instance()
    {
        var skus = new List<string>();
        for (var i = 0; i < 3; i++) skus.Add(await Shop.Goods.Offer(stock: 0));
        foreach (var sku in skus)
            await Task.WhenAll(ShowsBand(0, sku, Availability.OutOfStock), ShowsBand(1, sku, Availability.OutOfStock));

        await ShowsWithinTwoSeconds(
            time => Shop.Goods.Receive(skus[time], 500),
            async (instance, time) => await Band(instance, skus[time]) == Availability.InStock);
    }

    [Fact]
    public async Task A_product_that_is_taken_off_sale_is_gone_on_every_instance()
    {
        var sku = await Shop.Goods.Offer(stock: 0, price: 1_000);
        await Task.WhenAll(Shows(0, sku, 1_000), Shows(1, sku, 1_000));

        await Shop.Goods.Put(sku, 1_000, active: false);

        await Task.WhenAll(Shows(0, sku, 0), Shows(1, sku, 0));
    }

    [Fact]
    public async Task A_product_that_was_asked_for_in_vain_shows_when_it_is_created()
    {
        const string sku = "ASKED-TOO-EARLY";
        Assert.Equal(HttpStatusCode.NotFound, (await Get(0, sku)).Status);

        await Shop.Goods.Put(sku, 1_000);

        await Shows(0, sku, 1_000);
    }

    [Fact]
    public async Task What_an_instance_missed_while_the_broker_was_out_of_its_reach_shows_when_it_is_back()
    {
        var sku = await Shop.Goods.Offer(stock: 0, price: 1_000);
        await Task.WhenAll(Shows(0, sku, 1_000), Shows(1, sku, 1_000));
        Shop.Wires[0].Cut();
        await Shop.LoseQueueOfAbsentInstance();

        await Shop.Goods.Put(sku, 900);
        await Shows(1, sku, 900);
        Assert.Equal(1_000, await Price(0, sku));
        Shop.Wires[0].Mend();

        await Shows(0, sku, 900);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_evicts_everything()
    {
        var sku = await Shop.Goods.Offer(stock: 0, price: 1_000);
        await Task.WhenAll(Shows(0, sku, 1_000), Shows(1, sku, 1_000));
        // Offering it was an event of its own, which may be on its way still.
        await Shop.Goods.Put(sku, 900);
        await Task.WhenAll(Shows(0, sku, 900), Shows(1, sku, 900));
        await Shop.Execute($"update catalog.product set price_amount = 800 where sku = '{sku}'");

        await Shop.PublishNonsense<ProductsChanged>();

        await Task.WhenAll(Shows(0, sku, 800), Shows(1, sku, 800));
    }

    [Fact]
    public async Task The_queue_of_an_instance_is_bounded_and_ends_soon_after_it()
    {
        var queues = await Shop.InstanceQueues();

        Assert.Equal(2, queues.Count);
        Assert.All(queues, queue =>
        {
            Assert.Equal(60_000, queue.GetProperty("arguments").GetProperty("x-expires").GetInt32());
            Assert.Equal(10_000, queue.GetProperty("arguments").GetProperty("x-max-length").GetInt32());
        });
    }

    private Task ShowsBand(int instance, string sku, string band) => Waiting.For(
        $"instance {instance} shows {band}",
        () => Band(instance, sku),
        shown => shown == band,
        TimeSpan.FromSeconds(20));

    private async Task<string?> Band(int instance, string sku) =>
        (await Get(instance, sku)).Body.GetProperty("availability").GetString();
}
