using Shop.Workers.Recommendations;
using Xunit;
using static Shop.IntegrationTests.Recommendations.RecommendationsDatabase;

namespace Shop.IntegrationTests.Recommendations;

[Collection(RecommendationsTests.Name)]
public sealed class BasketCounterTests(RecommendationsDatabase shop) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await shop.Empty();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Orders_units_and_pairs_are_counted()
    {
        await shop.Confirm(Order(("A", 2), ("B", 1)), Order(("B", 3), ("A", 1), ("C", 1)), Order("A"));

        Assert.Equal(3, await shop.Count());

        Assert.Equal("3 orders; A 3/4 B 2/4 C 1/1; A+B 2 A+C 1 B+C 1", await shop.Counts());
    }

    [Fact]
    public async Task An_order_that_is_heard_of_again_counts_once()
    {
        var order = Order("A", "B");
        await shop.Confirm(order, order);
        await shop.Count();
        await shop.Confirm(order);

        Assert.Equal(0, await shop.Count());

        Assert.Equal("1 orders; A 1/1 B 1/1; A+B 1", await shop.Counts());
    }

    [Fact]
    public async Task A_cancelled_order_is_taken_out_once()
    {
        var (order, stays) = (Order(("A", 5), ("B", 1)), Order("A", "B"));
        await shop.Confirm(order, stays);
        await shop.Count();
        await shop.End(order.OrderId);
        await shop.End(order.OrderId);

        await shop.Count();
        await shop.Count();

        Assert.Equal("1 orders; A 1/1 B 1/1; A+B 1", await shop.Counts());
    }

    [Fact]
    public async Task An_order_that_is_cancelled_before_it_is_counted_or_heard_of_never_counts()
    {
        var (before, unheard) = (Order("A", "B"), Order("A", "B"));
        await shop.Confirm(before);
        await shop.End(before.OrderId, unheard.OrderId);
        await shop.Confirm(unheard);

        Assert.Equal(0, await shop.Count());

        Assert.Equal("0 orders; ; ", await shop.Counts());
    }

    [Fact]
    public async Task Of_a_hundred_lines_the_first_twenty_make_pairs_and_all_are_counted()
    {
        await shop.Confirm(Order([.. Enumerable.Range(100, 100).Select(i => $"P{i}")]));

        await shop.Count();

        Assert.Equal(100, await shop.Read<long>("select count(*) from recommendations.product_count"));
        Assert.Equal(
            BasketCounter.MostLinesPaired * (BasketCounter.MostLinesPaired - 1) / 2,
            await shop.Read<long>("select count(*) from recommendations.pair_count"));
    }

    [Fact]
    public async Task What_is_older_than_the_window_leaves_the_counts_and_the_tables()
    {
        var (old, young, cancelled) = (Order("A", "B"), Order("A", "C"), Order("A", "B"));
        await shop.Confirm(old, young, cancelled);
        await shop.Count();
        await shop.End(cancelled.OrderId);
        await shop.Run($"""
            update recommendations.basket set recorded_at = now() - interval '91 days'
            where order_id <> '{young.OrderId}'
            """);

        await shop.Forget();

        Assert.Equal("1 orders; A 1/1 C 1/1; A+C 1", await shop.Counts());
        Assert.Equal(1, await shop.Read<long>("select count(*) from recommendations.basket"));
        Assert.Equal(1, await shop.Read<long>("select count(*) from recommendations.pair_count"));
    }

    [Fact]
    public async Task More_baskets_than_a_slice_holds_are_counted_at_once()
    {
        await shop.Run("""
            insert into recommendations.basket (order_id, skus, quantities, counted, cancelled)
            select gen_random_uuid(), '{A,B}', '{1,1}', false, false from generate_series(1, 4500)
            """);

        Assert.Equal(4_500, await shop.Count());

        Assert.Equal("4500 orders; A 4500/4500 B 4500/4500; A+B 4500", await shop.Counts());
    }

    [Fact]
    public async Task After_any_mix_of_orders_cancellations_and_repeats_the_counts_are_those_of_the_baskets()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        var orders = Enumerable.Range(0, 150).Select(_ => Order([.. Enumerable.Range(0, 8)
            .Where(_ => random.Next(3) == 0).Select(i => ($"P{i}", random.Next(1, 5)))])).ToArray();
        var deeds = orders.Concat(orders).Select(order => (Func<Task>)(() => shop.Confirm(order)))
            .Concat(orders.Take(50).Concat(orders.Take(20)).Select(order => (Func<Task>)(() => shop.End(order.OrderId))))
            .Concat(Enumerable.Repeat((Func<Task>)(() => shop.Count()), 25)).ToArray();
        random.Shuffle(deeds);

        // Several at a time, so that the counters also meet each other.
        await Parallel.ForEachAsync(
            deeds,
            new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = TestContext.Current.CancellationToken },
            async (deed, _) => await deed());
        await shop.Count();

        Assert.Equal(await shop.Recount(), await shop.Counts());
    }
}
