using Shop.Workers.Import;
using Xunit;

namespace Shop.IntegrationTests.Catalog;

/// <summary>An import that follows another: after it, or in place of one that was broken off.</summary>
public sealed class ImportAgainTests : IAsyncLifetime
{
    private readonly CatalogDatabase _database = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("shop-import-").FullName;

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_file_that_breaks_off_fails_and_its_repair_goes_on_where_it_ended()
    {
        var text = Mugs(ImportWriter.BatchSize + 1);
        await Write("products.json", text[..^9]);

        var broken = await _database.Import(_folder);
        var taken = await _database.Read<long>("select count(*) from catalog.product where version = 1");
        await Write("products.json", text);
        var whole = await _database.Import(_folder);

        Assert.Equal((ImportCommand.Failed, ImportCommand.Done), (broken.ExitCode, whole.ExitCode));
        Assert.Equal(ImportWriter.BatchSize, taken);
        Assert.Equal(
            ImportWriter.BatchSize + 1L,
            await _database.Read<long>("select count(*) from catalog.product where version = 1"));
    }

    [Fact]
    public async Task A_file_that_was_taken_is_not_taken_again_unless_it_is_asked_for()
    {
        await Write("products.json", """[{ "name": "Mug", "price": 1, "categories": ["Home"] }]""");
        await _database.Import(_folder);
        await _database.Run("update catalog.product set title = 'Cup'");

        var (exitCode, output) = await _database.Import(_folder);
        var kept = await _database.Read<string>("select title from catalog.product");
        await _database.Import(_folder, "--again");

        Assert.Equal((ImportCommand.Done, "Cup"), (exitCode, kept));
        Assert.Contains("--again takes them again", output, StringComparison.Ordinal);
        Assert.Equal("Mug", await _database.Read<string>("select title from catalog.product"));
    }

    [Fact]
    public async Task A_file_that_changed_is_taken()
    {
        await Write("products.json", """[{ "name": "Mug", "price": 1, "categories": ["Home"], "image": "/1_a.png" }]""");
        await _database.Import(_folder);
        await Write("products.json", """[{ "name": "Mug", "price": 2, "categories": ["Home"], "image": "/1_a.png" }]""");

        await _database.Import(_folder);

        Assert.Equal(200L, await _database.Read<long>("select price_amount from catalog.product"));
    }

    [Fact]
    public async Task Products_that_found_no_warehouse_are_taken_again_when_there_is_one()
    {
        await Write("products.json", """[{ "name": "Mug", "price": 1, "categories": ["Home"] }]""");
        await _database.Import(_folder);
        await Write("stores.json", """
            [{ "id": 7, "name": "Hill", "address": "1 Way", "city": "Hill", "state": "MN", "zip": "55425",
               "location": { "lat": 44.8, "lon": -93.2 } }]
            """);

        await _database.Import(_folder);

        Assert.Equal(1L, await _database.Read<long>("select count(*) from inventory.stock_item"));
    }

    [Fact]
    public async Task What_was_broken_off_goes_on_after_its_last_checkpoint()
    {
        await Write("products.json", Mugs(3 * ImportWriter.BatchSize));
        await _database.Import(_folder);
        await _database.Run($"""
            update catalog.imported_file set records = {2 * ImportWriter.BatchSize}, finished = false;
            delete from catalog.product
            """);

        var (_, output) = await _database.Import(_folder);

        Assert.Contains("1,000 written before", output, StringComparison.Ordinal);
        Assert.Equal((long)ImportWriter.BatchSize, await _database.Read<long>("select count(*) from catalog.product"));
    }

    [Fact]
    public async Task A_larger_generated_catalogue_goes_on_from_the_smaller_one()
    {
        await _database.Import("--generate", "700");
        var (exitCode, output) = await _database.Import("--generate", "1000");

        Assert.True(exitCode == ImportCommand.Done, output);
        Assert.Contains("700 written before, ", output, StringComparison.Ordinal);
        Assert.Equal(
            "1000 1000 1 1 2",
            await _database.Read<string>(
                """
                with shelves as (select count(*) as n from inventory.stock_item group by sku)
                select concat_ws(' ', count(*), count(distinct sku), max(version),
                    (select min(n) from shelves), (select max(n) from shelves))
                from catalog.product_view
                """));
    }

    private static string Mugs(int count)
    {
        var records = Enumerable.Range(1, count).Select(number =>
            $$"""{ "name": "Mug {{number}}", "price": 1, "categories": ["Home"], "image": "/{{number}}_a.png" }""");
        return $"[{string.Join(',', records)}]";
    }

    private Task Write(string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(_folder, name), text, TestContext.Current.CancellationToken);
}
