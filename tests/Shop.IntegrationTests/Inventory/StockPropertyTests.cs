using CsCheck;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Contracts.Inventory;
using Shop.Workers.Inventory;
using Xunit;
using static Shop.IntegrationTests.Inventory.InventoryFixture;

namespace Shop.IntegrationTests.Inventory;

/// <summary>
/// Histories of a few orders of the same goods, each step of up to three operations at once, in transactions of their own:
/// whatever the statements and their guards make of it has to be what some order of the operations makes of
/// <see cref="StockWorld"/>. CsCheck prints the seed of a history that is not, and cuts it down.
/// </summary>
public sealed class StockPropertyTests(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    private const int Histories = 30;
    private const int Orders = 12;
    private const int Retries = 50;
    private const string Warehouse = "W1";

    private static readonly string[] Skus = ["A", StockWorld.OnSale];

    private static readonly Gen<Deed> Deeds = Gen.Select(
        Gen.Frequency((6, "reserve"), (4, "sell"), (3, "release"), (2, "expire"), (3, "ship"), (1, "back"), (3, "receive")),
        Gen.Int[0, Orders - 1], Gen.OneOf(Skus), Gen.Int[1, 4],
        (kind, order, sku, units) => new Deed(kind, order, sku, units));

    /// <summary>Three that want the same at once, of which there is seldom enough for all.</summary>
    private static readonly Gen<Deed[]> Rush = Gen.Int[0, Orders - 3].Select(first =>
        Enumerable.Range(first, 3).Select(order => new Deed("reserve", order, "", 0)).ToArray());

    private static readonly Gen<Deed[]> Steps = Gen.Frequency<Deed[]>((3, Deeds.Array[1, 3]), (1, Rush));

    [Fact]
    public Task Whatever_is_done_at_once_is_as_if_it_were_done_one_after_the_other() =>
        Steps.Array[4, 14].SampleAsync(Try, iter: Histories, threads: 1, print: Told);

    private async Task Try(Deed[][] history)
    {
        var story = new Story();
        await inventory.Sale(story.Sku(StockWorld.OnSale), StockWorld.PerPerson, StockWorld.InAll);
        var worlds = new Worlds<StockWorld>(StockWorld.Empty);

        foreach (var step in history)
        {
            var answers = await Task.WhenAll(step.Select(deed => Task.Run(() => Again(() => Do(story, deed)))));

            worlds.Explain(
                string.Join(" | ", step.Zip(answers, (deed, answer) => $"{deed} → {answer}")),
                [.. step.Zip(answers, (deed, answer) => (Func<StockWorld, StockWorld?>)(world =>
                    Model(world, deed) is var (after, expected) && expected == answer ? after : null))]);
            foreach (var sku in Skus)
            {
                var rows = await inventory.Stock(story.Sku(sku));
                worlds.Keep($"{sku} {rows}", world => world.Rows(sku) == rows);
            }
        }

        Assert.True((await inventory.Audit()).IsClean);
    }

    private async Task<string> Do(Story story, Deed deed)
    {
        var (order, sku) = (story.Order(deed.Order), story.Sku(deed.Sku));
        switch (deed.Kind)
        {
            case "reserve":
                var lines = Lines(deed.Order).Select(line => new StockLine(story.Sku(line.Sku), line.Quantity)).ToArray();
                var reserved = await inventory.Reserve(OrderOf(order, lines) with { Buyer = Buyer(deed.Order) });
                return $"{Assert.Single(reserved).IsReserved}";
            case "sell":
                return $"{Assert.Single(await inventory.Sell(order))}";
            case "release":
                return $"{Assert.Single(await inventory.Release(order))}";
            case "expire":
                await Expire(order);
                return "";
            case "ship":
                var parcel = Parcel(order, Warehouse, sku, 1) with { ParcelId = story.Id($"parcel {deed.Order} {deed.Sku}") };
                try
                {
                    return Assert.Single(await inventory.Ship(parcel)) ? "new" : "known";
                }
                catch (InvalidOperationException)
                {
                    return "refused";
                }

            case "back":
                return Assert.Single(await inventory.TakeBack(new RestockReturn
                {
                    OrderId = order, ReturnId = story.Id($"return {deed.Order} {deed.Sku}"), Warehouse = Warehouse,
                    Lines = [new StockLine(sku, 1)],
                })) ? "new" : "known";
            default:
                var received = await inventory.Receive(Receipt(sku, Warehouse, deed.Units, $"receipt {deed.Order}"));
                return Assert.Single(received) == ReceiveOutcome.Received ? "new" : "known";
        }
    }

    private static (StockWorld After, string Answer) Model(StockWorld world, Deed deed) => deed.Kind switch
    {
        "reserve" => world.Reserve(deed.Order, Buyer(deed.Order), Lines(deed.Order)),
        "sell" => world.Sell(deed.Order),
        "release" => world.Release(deed.Order),
        "expire" => world.Expire(deed.Order),
        "ship" => world.Ship(deed.Order, deed.Sku),
        "back" => world.TakeBack(deed.Order, deed.Sku),
        _ => world.Receive($"{deed.Order}", deed.Sku, deed.Units),
    };

    /// <summary>Lets the order's hold run out, if it has one, and sweeps until it is not one that others had their hands on.</summary>
    private async Task Expire(Guid order)
    {
        await inventory.PassDeadlines(order);
        for (var sweep = 1; ; sweep++)
        {
            await inventory.Expire();
            await using var context = inventory.Context();
            if (!await context.Database.SqlQuery<int>(
                $"select 1 as \"Value\" from inventory.reservation where order_id = {order} and state = 'HELD' and expires_at < now()")
                .AnyAsync(TestContext.Current.CancellationToken)) return;
            Assert.InRange(sweep, 1, Retries);
        }
    }

    /// <summary>Whoever had to give way decides anew, as consumers do.</summary>
    private static async Task<string> Again(Func<Task<string>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (PostgresException gaveWay) when (attempt < Retries && gaveWay.SqlState
                is PostgresErrorCodes.DivisionByZero or PostgresErrorCodes.UniqueViolation
                or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
            {
                // Whoever was in the way has gone on.
            }
        }
    }

    /// <summary>What an order is for, and whose it is, so that they vie for the same.</summary>
    private static IReadOnlyList<(string Sku, int Quantity)> Lines(int order) => (order % 4) switch
    {
        0 => [("A", 2)],
        1 => [("A", 1), ("B", 2)],
        2 => [("B", 1), ("A", 2)],
        _ => [("A", 3)],
    };

    private static string Buyer(int order) => order % 3 == 0 ? "user:ada" : "user:ben";

    private static string Told(Deed[][] history) =>
        string.Join('\n', history.Select(step => string.Join(" | ", step.Select(deed => $"{deed}"))));

    private sealed record Deed(string Kind, int Order, string Sku, int Units)
    {
        public override string ToString() => $"{Kind} {Order} {Sku}{Units}";
    }

    /// <summary>The names that a history's things have in the database, which no other has.</summary>
    private sealed class Story
    {
        private readonly string _name = Guid.NewGuid().ToString("N");
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, Guid> _ids = new();

        public Guid Order(int number) => Id($"order {number}");

        public Guid Id(string what) => _ids.GetOrAdd(what, static _ => Guid.CreateVersion7());

        public string Sku(string sku) => $"{sku}-{_name}";
    }
}
