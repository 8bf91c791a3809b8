using System.Collections.Concurrent;
using Npgsql;
using Shop.Contracts.Inventory;
using Shop.Workers.Inventory;
using Xunit;
using static Shop.IntegrationTests.Inventory.InventoryFixture;

namespace Shop.IntegrationTests.Inventory;

/// <summary>Random walks. A run prints its seed; <c>SHOP_TEST_SEED</c> repeats one.</summary>
public sealed class StockroomWalkTests(InventoryFixture inventory, ITestOutputHelper output)
    : IClassFixture<InventoryFixture>
{
    private const int Walkers = 8;
    private const int Retries = 50;
    private const int Steps = 200;

    /// <summary>So many orders are alive at a time; they come and go as the walk goes on.</summary>
    private const int Window = 40;

    private static readonly string[] Warehouses = ["W1", "W2", "W3"];

    [Fact]
    public async Task One_walker_gets_from_the_database_what_the_model_answers()
    {
        var random = Seeded();
        var skus = NewSkus(4);
        var orders = NewOrders(random, skus, Steps + Window);
        var model = new StockModel(skus);
        while ((await inventory.Expire()).Count > 0)
            output.WriteLine("Swept what another test left.");

        for (var step = 0; step < Steps; step++)
        {
            var group = random.GetItems(orders[step..(step + Window)], random.Next(1, 12));
            var ids = group.Select(order => order.OrderId).ToArray();
            switch (random.Next(10))
            {
                case < 4:
                    var reserved = await inventory.Reserve(group);
                    Assert.Equal(group.Select(model.Reserve), reserved.Select(outcome => outcome.IsReserved));
                    break;
                case < 6:
                    Assert.Equal(ids.Select(model.Sell), await inventory.Sell(ids));
                    break;
                case < 7:
                    Assert.Equal(ids.Select(model.Release), await inventory.Release(ids));
                    break;
                case < 8:
                    await inventory.PassDeadlines(ids);
                    Assert.Equal(model.Expire(ids.Distinct()).Order(), (await inventory.Expire()).Order());
                    break;
                default:
                    var receipts = Enumerable.Range(0, group.Length).Select(_ => NewReceipt(random, skus)).ToArray();
                    Assert.Equal(receipts.Select(model.Receive), await inventory.Receive(receipts));
                    break;
            }
        }

        foreach (var sku in skus)
        {
            var expected = (
                model.OnHand(sku), model.Sum(sku, ReservationState.Held), model.Sum(sku, ReservationState.Sold));
            Assert.Equal(expected, await inventory.Stock(sku));
        }

        Assert.True((await inventory.Audit()).IsClean);
    }

    [Fact]
    public async Task Eight_walkers_on_the_same_orders_leave_clean_books()
    {
        var random = Seeded();
        var skus = NewSkus(4);
        var orders = NewOrders(random, skus, Steps + Window);
        await inventory.Receive(
            [.. from sku in skus from warehouse in Warehouses select Receipt(sku, warehouse, 40)]);
        var sales = new ConcurrentDictionary<Guid, int>();
        var conflicts = 0;

        await Task.WhenAll(Enumerable.Range(0, Walkers).Select(_ => random.Next()).ToArray()
            .Select(seed => Task.Run(() => Walk(new Random(seed)))));

        output.WriteLine($"{conflicts} conflicts");
        Assert.All(sales, sale => Assert.Equal(1, sale.Value));
        var audit = await inventory.Audit();
        Assert.True(audit.IsClean, audit.ToString());

        async Task Walk(Random mine)
        {
            for (var step = 0; step < Steps; step += 3)
            {
                var group = mine.GetItems(orders[step..(step + Window)], mine.Next(1, 20));
                var ids = group.Select(order => order.OrderId).ToArray();
                switch (mine.Next(10))
                {
                    case < 5:
                        await Bisected(group, part => inventory.Reserve(part));
                        break;
                    case < 8:
                        var sold = await Bisected(ids, part => inventory.Sell(part));
                        foreach (var (id, outcome) in ids.Zip(sold))
                            if (outcome == SellOutcome.Sold)
                                sales.AddOrUpdate(id, 1, (_, count) => count + 1);
                        break;
                    case < 9:
                        await inventory.PassDeadlines(ids);
                        await Bisected([20], part => inventory.Expire(part[0]));
                        break;
                    default:
                        await Bisected(ids, part => inventory.Release(part));
                        break;
                }
            }
        }

        // What the callers of the stockroom do: halve a group that met a conflict, retry a member that stands alone.
        async Task<IReadOnlyList<TOut>> Bisected<TIn, TOut>(TIn[] group, Func<TIn[], Task<IReadOnlyList<TOut>>> act)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await act(group);
                }
                catch (PostgresException e) when (IsConflict(e) && attempt < Retries)
                {
                    Interlocked.Increment(ref conflicts);
                    if (group.Length > 1)
                    {
                        var half = group.Length / 2;
                        return [.. await Bisected(group[..half], act), .. await Bisected(group[half..], act)];
                    }
                }
            }
        }
    }

    [Fact]
    public async Task Many_buyers_at_once_of_a_hundred_units_get_exactly_a_hundred()
    {
        var sku = await inventory.Stocked(("W1", 70), ("W2", 30));
        var reserved = 0;

        await Task.WhenAll(Enumerable.Range(0, Walkers).Select(_ => Task.Run(async () =>
        {
            for (var group = 0; group < 5; group++)
                await Buy(Enumerable.Range(0, 10).Select(_ => Order(new StockLine(sku, 1))).ToArray());
        })));

        Assert.Equal(100, reserved);
        Assert.Equal((100, 100, 0), await inventory.Stock(sku));

        async Task Buy(ReserveStock[] commands)
        {
            try
            {
                Interlocked.Add(ref reserved, (await inventory.Reserve(commands)).Count(o => o.IsReserved));
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DivisionByZero)
            {
                foreach (var part in commands.Length > 1 ? commands.Chunk((commands.Length + 1) / 2) : [commands])
                    await Buy(part);
            }
        }
    }

    [Fact]
    public async Task Carts_of_two_SKUs_in_opposite_order_do_not_deadlock()
    {
        var (one, two) = (await inventory.Stocked(("W1", 10_000)), await inventory.Stocked(("W1", 10_000)));

        await Task.WhenAll(Enumerable.Range(0, Walkers).Select(walker => Task.Run(async () =>
        {
            for (var cart = 0; cart < 50; cart++)
            {
                StockLine[] lines = walker % 2 == 0 ? [new(one, 1), new(two, 1)] : [new(two, 1), new(one, 1)];
                await inventory.Reserve(Order(lines));
            }
        })));

        Assert.Equal((10_000, 400, 0), await inventory.Stock(one));
        Assert.Equal((10_000, 400, 0), await inventory.Stock(two));
    }

    private static bool IsConflict(PostgresException e) => e.SqlState
        is PostgresErrorCodes.DivisionByZero
        or PostgresErrorCodes.UniqueViolation
        or PostgresErrorCodes.DeadlockDetected
        or PostgresErrorCodes.SerializationFailure;

    private Random Seeded()
    {
        var given = Environment.GetEnvironmentVariable("SHOP_TEST_SEED");
        var seed = given is null ? Random.Shared.Next() : int.Parse(given, null);
        output.WriteLine($"seed {seed}");
        TestContext.Current.AddAttachment("seed", $"{seed}");
        return new Random(seed);
    }

    private static string[] NewSkus(int count) =>
        Enumerable.Range(0, count).Select(number => $"SKU-{number}-{Guid.NewGuid():N}").ToArray();

    private static ReserveStock[] NewOrders(Random random, string[] skus, int count) => Enumerable.Range(0, count)
        .Select(_ =>
        {
            var wanted = skus.ToArray();
            random.Shuffle(wanted);
            return Order([.. wanted.Take(random.Next(1, 4)).Select(sku => new StockLine(sku, random.Next(1, 9)))]);
        })
        .ToArray();

    private static ReceiveStock NewReceipt(Random random, string[] skus) => Receipt(
        random.GetItems(skus, 1)[0],
        random.GetItems(Warehouses, 1)[0],
        random.Next(0, 25),
        $"note-{random.Next(6)}");
}
