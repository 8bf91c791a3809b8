using Shop.Contracts;
using Shop.Contracts.Catalog;
using Shop.Workers.Catalog;
using Shop.Workers.Import;
using Xunit;

namespace Shop.IntegrationTests.Catalog;

/// <summary>The catalogue's copies of what reviews publish.</summary>
public sealed class RatingsTests(CatalogDatabase database) : IClassFixture<CatalogDatabase>, IAsyncLifetime
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await database.Run("truncate reviews.rating, catalog.outbox_message; delete from catalog.product");
        await using var connection = await database.Source.OpenConnectionAsync(Token);
        await CategoryWriter.Put(
            connection, [new PutCategory(CategoryMapping.FromPath([new CategoryStep("mugs", "Mugs")]), true)], Token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_is_told_again_after_something_later_changes_nothing()
    {
        await Put("MUG");
        await database.Publish("MUG", fours: 1, fives: 0);
        await database.TakeOverRatings("MUG");
        await database.Publish("MUG", fours: 1, fives: 1);
        await database.TakeOverRatings("MUG");

        Assert.Empty(await database.TakeOverRatings("MUG"));

        Assert.Equal("4.5 of 2", await Rating("MUG"));
    }

    [Fact]
    public async Task A_rating_whose_reviews_are_gone_is_none()
    {
        await Put("MUG");
        await database.Publish("MUG", fours: 1, fives: 0);
        await database.TakeOverRatings("MUG");

        await database.Run("truncate reviews.rating");
        await database.TakeOverRatings("MUG");

        Assert.Equal("0 of 0", await Rating("MUG"));
    }

    [Fact]
    public async Task Of_two_at_once_the_later_has_read_the_later()
    {
        await Put("MUG");
        await database.Publish("MUG", fours: 1, fives: 0);
        await using var connection = await database.Source.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using var locking = new Npgsql.NpgsqlCommand("select from catalog.product for update", connection);
        await locking.ExecuteNonQueryAsync(Token);
        var taking = database.TakeOverRatings("MUG");
        await Waiting.Until(async () => await database.Read<long>(
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()") == 1);

        await database.Publish("MUG", fours: 1, fives: 1);
        await transaction.CommitAsync(Token);
        await taking;

        Assert.Equal("4.5 of 2", await Rating("MUG"));
    }

    [Fact]
    public async Task Copies_that_differ_are_found_on_every_slice_mended_and_told()
    {
        await Put([.. Enumerable.Range(0, 1_100).Select(number => $"MUG-{number:D4}")]);
        await database.Publish("MUG-0000", fours: 1, fives: 0);
        await database.Run("update catalog.product set rating_average = 1, rating_count = 1 where sku = 'MUG-0700'");
        await database.Publish("MUG-1099", fours: 0, fives: 3);

        Assert.Equal(3, await database.MendRatings());

        string[] mended = [await Rating("MUG-0000"), await Rating("MUG-0700"), await Rating("MUG-1099")];
        Assert.Equal(["4 of 1", "0 of 0", "5 of 3"], mended);
        Assert.Equal("MUG-0000,MUG-0700,MUG-1099", await database.Read<string>(
            """
            select string_agg(product ->> 'sku', ',' order by product ->> 'sku')
            from catalog.outbox_message,
                jsonb_array_elements(convert_from(body, 'utf8')::jsonb -> 'message' -> 'products') as product
            """));
        Assert.Equal(0, await database.MendRatings());
    }

    private Task<string> Rating(string sku) => database.Read<string>(
        $"select rating_average || ' of ' || rating_count from catalog.product_view where sku = '{sku}'");

    private async Task Put(params string[] skus)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Token);
        await ProductWriter.Put(
            connection,
            [
                .. skus.Select(sku => new PutProduct
                {
                    Sku = sku,
                    Title = "Mug",
                    Description = "",
                    Brand = null,
                    CategoryId = "mugs",
                    Price = new Money(1, "USD"),
                    Images = [],
                    Attributes = new Dictionary<string, string>(),
                    Active = true,
                }),
            ],
            Token);
    }
}
