using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Contracts;
using Shop.Contracts.Catalog;
using Shop.Workers.Catalog;
using Shop.Workers.Import;
using Xunit;

namespace Shop.IntegrationTests.Catalog;

public sealed class ProductWriterTests(CatalogDatabase database) : IClassFixture<CatalogDatabase>, IAsyncLifetime
{
    private static readonly PutProduct Kettle = new()
    {
        Sku = "KETTLE",
        Title = "Kettle",
        Description = "Boils.",
        Brand = "Hob",
        CategoryId = "kitchen",
        Price = new Money(4999, "USD"),
        Images = ["https://images.example/kettle.jpg"],
        Attributes = new Dictionary<string, string> { ["colour"] = "red", ["volume"] = "1 l" },
        Active = true,
        Popularity = 7,
        SellerId = "s1",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await database.Run("delete from catalog.product");
        await using var connection = await database.Source.OpenConnectionAsync(Token);
        await CategoryWriter.Put(
            connection, [new PutCategory(CategoryMapping.FromPath([new("kitchen", "Kitchen")]), true)], Token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_new_product_is_created_with_version_1()
    {
        var result = await Put(Kettle);

        Assert.Equal((1, true, false), (result.Version, result.Changed, result.Refused));
    }

    [Fact]
    public async Task All_fields_are_kept()
    {
        await Put(Kettle);

        await using var context = database.OpenContext();
        var row = await context.Products.AsNoTracking().SingleAsync(Token);

        Assert.Equal(
            (Kettle.Sku, Kettle.Title, Kettle.Description, Kettle.Brand, Kettle.CategoryId, Kettle.SellerId),
            (row.Sku, row.Title, row.Description, row.Brand, row.CategoryId, row.SellerId));
        Assert.Equal(
            (Kettle.Price, true, 7), (new Money(row.PriceAmount, row.Currency), row.Active, row.Popularity));
        Assert.Equal(Kettle.Images, row.Images);
        Assert.Equal(Kettle.Attributes, row.Attributes);
    }

    [Fact]
    public async Task A_product_put_as_it_is_keeps_its_version_and_its_row()
    {
        await Put(Kettle);
        var before = await database.Read<string>("select xmin::text || updated_at from catalog.product");

        var result = await Put(Kettle with
        {
            Attributes = new Dictionary<string, string> { ["volume"] = "1 l", ["colour"] = "red" },
        });

        Assert.Equal((1, false), (result.Version, result.Changed));
        Assert.Equal(before, await database.Read<string>("select xmin::text || updated_at from catalog.product"));
    }

    public static TheoryData<PutProduct> Changes => new(
        Kettle with { Title = "Kettle 2" },
        Kettle with { Description = "" },
        Kettle with { Brand = null },
        Kettle with { Price = new Money(5000, "USD") },
        Kettle with { Price = new Money(4999, "CAD") },
        Kettle with { Images = [] },
        Kettle with { Attributes = new Dictionary<string, string>() },
        Kettle with { Active = false },
        Kettle with { Popularity = 8 },
        Kettle with { SellerId = null });

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public async Task Any_change_moves_the_version(PutProduct changed)
    {
        await Put(Kettle);

        var result = await Put(changed);

        Assert.Equal((2, true), (result.Version, result.Changed));
    }

    [Fact]
    public async Task Popularity_that_is_not_given_keeps_what_is_known()
    {
        await Put(Kettle);

        await Put(Kettle with { Title = "Kettle 2", Popularity = null });

        Assert.Equal(7L, await database.Read<long>("select popularity from catalog.product"));
    }

    [Fact]
    public async Task A_refused_product_does_not_keep_its_neighbours_from_being_put()
    {
        await using var connection = await database.Source.OpenConnectionAsync(Token);

        var results = await ProductWriter.Put(
            connection,
            [
                Kettle with { Sku = "bad sku" },
                Kettle with { Sku = "B", CategoryId = "nowhere" },
                Kettle with { Sku = "A" },
            ],
            Token);

        Assert.Equal([true, true, false], results.Select(result => result.Refused));
        Assert.Equal("The category is unknown.", Assert.Single(results[1].Reasons));
        Assert.Equal("A", await database.Read<string>("select string_agg(sku, ',') from catalog.product"));
    }

    [Fact]
    public async Task It_is_undone_with_the_transaction_of_the_context()
    {
        await using var context = database.OpenContext();
        await using (await context.Database.BeginTransactionAsync(Token))
            await ProductWriter.Put(context, Kettle, Token);

        Assert.Equal(0L, await database.Read<long>("select count(*) from catalog.product"));
    }

    [Fact]
    public async Task When_many_put_the_same_new_products_at_once_in_any_order_each_change_counts_once()
    {
        foreach (var round in Enumerable.Range(0, 5))
        {
            var skus = Enumerable.Range(0, 500).Select(number => $"K{round}-{number}");
            var products = skus.Select(sku => Kettle with { Sku = sku }).ToList();
            var backwards = products.AsEnumerable().Reverse().ToList();
            var writers = Enumerable.Range(0, 6).Select(async writer =>
            {
                await using var connection = await database.Source.OpenConnectionAsync(Token);
                return await ProductWriter.Put(connection, writer % 2 == 0 ? products : backwards, Token);
            });

            var results = (await Task.WhenAll(writers)).SelectMany(each => each).ToList();

            Assert.All(results, result => Assert.Equal(1, result.Version));
            Assert.Equal(products.Count, results.Count(result => result.Changed));
        }
    }

    [Theory]
    [InlineData("price_amount = -1", "ck_product_price_not_negative")]
    [InlineData("sku = 'kettle'", "ck_product_sku_shape")]
    [InlineData("currency = 'usd'", "ck_product_currency_shape")]
    public async Task The_database_refuses_what_the_rules_forbid(string change, string constraint)
    {
        await Put(Kettle);

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => database.Run($"update catalog.product set {change}"));

        Assert.Equal(constraint, refusal.ConstraintName);
    }

    private async Task<PutResult> Put(PutProduct product)
    {
        await using var context = database.OpenContext();
        return await ProductWriter.Put(context, product, Token);
    }
}
