using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Contracts;
using Shop.Contracts.Catalog;
using Shop.Workers.Catalog;
using Shop.Workers.Import;
using Xunit;

namespace Shop.IntegrationTests.Catalog;

/// <summary>The listing is what the products and the tree say, whoever changed what, and in whatever order.</summary>
public sealed class ListingTests(CatalogDatabase database) : IClassFixture<CatalogDatabase>, IAsyncLifetime
{
    private static readonly PutProduct Kettle = new()
    {
        Sku = "KETTLE",
        Title = "Kettle",
        Description = "",
        Brand = null,
        CategoryId = "kettles",
        Price = new Money(4_999, "USD"),
        Images = [],
        Attributes = new Dictionary<string, string>(),
        Active = true,
        Popularity = 7,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await database.Run("truncate reviews.rating; delete from catalog.product; delete from catalog.category where parent_id is not null; "
            + "delete from catalog.category");
        await PutPath("kitchen", "pots", "kettles");
        await PutPath("desk", "lamps");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_product_stands_in_its_category_in_all_above_it_and_in_the_whole()
    {
        await Put(Kettle);

        Assert.Equal(["", "kettles", "kitchen", "pots"], await NodesOf("KETTLE"));
    }

    [Fact]
    public async Task A_product_that_is_not_for_sale_stands_nowhere_and_comes_back()
    {
        await Put(Kettle);
        await Put(Kettle with { Active = false });
        var gone = await NodesOf("KETTLE");
        await Put(Kettle);

        Assert.Empty(gone);
        Assert.Equal(4, (await NodesOf("KETTLE")).Count);
    }

    [Fact]
    public async Task A_product_that_moves_leaves_where_it_was()
    {
        await Put(Kettle);
        await Put(Kettle with { CategoryId = "lamps" });

        Assert.Equal(["", "desk", "lamps"], await NodesOf("KETTLE"));
    }

    [Fact]
    public async Task A_category_that_moves_takes_its_products_along()
    {
        await Put(Kettle);
        await PutPath("desk", "pots", "kettles");

        Assert.Equal(["", "desk", "kettles", "pots"], await NodesOf("KETTLE"));
        Assert.Empty(await Differences());
    }

    [Fact]
    public async Task A_rating_moves_the_product_in_its_lists_and_is_no_new_version()
    {
        await Put(Kettle);
        await Rate(("KETTLE", 6, 6), ("UNKNOWN", 0, 1));

        Assert.Equal(
            "1 4.5 12 45000000000012",
            await database.Read<string>(
                """
                select concat_ws(' ', version, rating_average, rating_count,
                    (select max(rating) from catalog.listing_view))
                from catalog.product_view
                """));
    }

    [Fact]
    public async Task A_rating_outlives_a_change_of_the_product()
    {
        await Put(Kettle);
        await Rate(("KETTLE", 6, 6));
        await Put(Kettle with { Price = new Money(1, "USD") });

        Assert.Equal(12, await database.Read<int>("select rating_count from catalog.product_view"));
        Assert.Empty(await Differences());
    }

    [Fact]
    public async Task A_put_that_comes_after_a_later_one_changes_nothing()
    {
        var now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await Put(Kettle with { PutAt = now });
        await Put(Kettle with { Price = new Money(2, "USD"), PutAt = now.AddSeconds(2) });

        var late = await Put(Kettle with { Price = new Money(1, "USD"), PutAt = now.AddSeconds(1) });

        Assert.False(late.Changed);
        Assert.Equal(2L, await database.Read<long>("select price_amount from catalog.product"));
        Assert.Equal(2L, await database.Read<long>("select min(price) from catalog.listing"));
    }

    [Fact]
    public async Task A_put_that_changes_nothing_still_outdates_those_before_it()
    {
        var now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await Put(Kettle with { PutAt = now });

        var same = await Put(Kettle with { PutAt = now.AddSeconds(2) });
        await Put(Kettle with { Price = new Money(1, "USD"), PutAt = now.AddSeconds(1) });

        Assert.Equal((1L, false), (same.Version, same.Changed));
        Assert.Equal(4_999L, await database.Read<long>("select price_amount from catalog.product"));
    }

    [Fact]
    public async Task Whatever_many_do_at_once_the_listing_is_what_the_rows_say()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        string[][] paths =
        [
            ["kitchen", "pots", "kettles"], ["desk", "pots", "kettles"], ["kettles"], ["kitchen", "kettles"],
            ["desk", "lamps"], ["kitchen", "lamps"], ["kitchen", "pots", "lamps"], ["lamps"],
        ];
        string[] nodes = ["kitchen", "pots", "kettles", "desk", "lamps"];

        async Task Do(Random random)
        {
            var skus = Enumerable.Range(0, random.Next(1, 6)).Select(_ => $"P{random.Next(20)}").Distinct().ToList();
            switch (random.Next(8))
            {
                case 0:
                    await PutPath(paths[random.Next(paths.Length)]);
                    break;
                case 1:
                    await Rate([.. skus.Order(StringComparer.Ordinal).Select(sku => (sku, random.Next(99), random.Next(99)))]);
                    break;
                case 2 when random.Next(4) == 0:
                    await database.Run($"delete from catalog.product where sku = '{skus[0]}'");
                    break;
                default:
                    await Put([.. skus.Select(sku => Kettle with
                    {
                        Sku = sku,
                        CategoryId = nodes[random.Next(nodes.Length)],
                        Price = new Money(random.Next(5), "USD"),
                        Popularity = random.Next(3),
                        Active = random.Next(4) > 0,
                    })]);
                    break;
            }
        }

        // What one is about to create another may create, and hold, first: no order of locks rules that out. Whoever is
        // chosen to give way begins again, as a consumer does.
        async Task DoAgainAfterDeadlock(Random random)
        {
            try
            {
                await Do(random);
            }
            catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.DeadlockDetected)
            {
                await DoAgainAfterDeadlock(random);
            }
        }

        for (var round = 0; round < 6; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(async () =>
            {
                var random = new Random(seed + round * 100 + worker);
                for (var turn = 0; turn < 12; turn++) await DoAgainAfterDeadlock(random);
            }, Token)));

            Assert.Empty(await Differences());
        }
    }

    private async Task<PutResult> Put(params PutProduct[] products)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Token);
        return (await ProductWriter.Put(connection, products, Token))[0];
    }

    private async Task Rate(params (string Sku, int Fours, int Fives)[] ratings)
    {
        foreach (var (sku, fours, fives) in ratings) await database.Publish(sku, fours, fives);
        await database.TakeOverRatings([.. ratings.Select(rating => rating.Sku)]);
    }

    /// <summary>Puts a node and all on the way to it.</summary>
    private async Task PutPath(params string[] ids)
    {
        var steps = ids.Select(id => new CategoryStep(id, id)).ToArray();
        await using var connection = await database.Source.OpenConnectionAsync(Token);
        await CategoryWriter.Put(
            connection,
            [.. Enumerable.Range(1, ids.Length).Select(depth => new PutCategory(CategoryMapping.FromPath(steps[..depth]), true))],
            Token);
    }

    private async Task<IReadOnlyList<string>> NodesOf(string sku)
    {
        await using var context = database.OpenContext();
        return await context.Listings.Where(listing => listing.Sku == sku).Select(listing => listing.CategoryId)
            .Order().ToListAsync(Token);
    }

    /// <summary>Where the listing is not what follows from the rows, reckoned anew without any of the shop's SQL.</summary>
    private async Task<List<string>> Differences()
    {
        await using var context = database.OpenContext();
        var paths = await context.Categories.AsNoTracking().ToDictionaryAsync(node => node.Id, node => node.Path, Token);
        var wanted = new HashSet<string>();
        foreach (var product in await context.Products.AsNoTracking().Where(product => product.Active).ToListAsync(Token))
        {
            var since = (product.CreatedAt - DateTimeOffset.UnixEpoch).Ticks / 10;
            var rating = (long)Math.Round(product.RatingAverage * 10_000) * 1_000_000_000 + product.RatingCount;
            foreach (var node in paths[product.CategoryId].Select(step => step.Id).Append(""))
                wanted.Add($"{node} {product.Sku} {product.Popularity} {product.PriceAmount} {since} {rating}");
        }

        var rows = await context.Listings.AsNoTracking().ToListAsync(Token);
        wanted.SymmetricExceptWith(rows.Select(row =>
            $"{row.CategoryId} {row.Sku} {row.Popularity} {row.Price} {row.Newest} {row.Rating}"));
        return [.. wanted.Order()];
    }
}
