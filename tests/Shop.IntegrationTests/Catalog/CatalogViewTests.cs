using Npgsql;
using Xunit;

namespace Shop.IntegrationTests.Catalog;

public sealed class CatalogViewTests(CatalogDatabase database) : IClassFixture<CatalogDatabase>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await database.Import("--stock", "0");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_product_page_finds_the_path_of_its_category() =>
        Assert.Equal(
            "Desk > Notebooks",
            await database.Read<string>(
                """
                select string_agg(step ->> 'name', ' > ' order by place)
                from catalog.product_view, jsonb_array_elements(category_path) with ordinality as steps (step, place)
                where sku = 'DSK-0007'
                """));

    [Fact]
    public async Task The_tree_counts_the_active_products_of_each_node()
    {
        await database.Run("update catalog.product set active = false where sku = 'DSK-0007'");

        Assert.Equal(
            await database.Read<long>("select count(*) from catalog.product where active"),
            await database.Read<long>("select sum(product_count)::bigint from catalog.category_view"));
    }

    [Theory]
    [InlineData("product_view")]
    [InlineData("price_view")]
    [InlineData("category_view")]
    public async Task The_reader_may_read_the_views(string view) =>
        Assert.True(await AsReader($"select count(*) > 0 from catalog.{view}"));

    [Theory]
    [InlineData("select count(*) > 0 from catalog.product")]
    [InlineData("select count(*) > 0 from catalog.category")]
    [InlineData("update catalog.price_view set price_amount = 0 returning true")]
    public async Task The_reader_may_do_nothing_else(string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => AsReader(sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    private async Task<bool> AsReader(string sql)
    {
        await using var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var become = new NpgsqlCommand("set local role shop_reader", connection);
        await become.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return (bool)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
