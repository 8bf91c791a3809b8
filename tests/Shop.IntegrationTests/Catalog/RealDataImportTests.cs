using Shop.Workers.Import;
using Xunit;

namespace Shop.IntegrationTests.Catalog;

/// <summary>With the public data sets that may lie beside the repository.</summary>
public sealed class RealDataImportTests(CatalogDatabase database) : IClassFixture<CatalogDatabase>
{
    [Fact]
    public async Task All_products_categories_and_stores_are_taken_and_a_repeat_changes_nothing()
    {
        var folder = SharedData.Folder;
        Assert.SkipWhen(folder is null, SharedData.Missing);

        var first = await database.Import(folder);
        var second = await database.Import(folder, "--again");

        Assert.True((first.ExitCode, second.ExitCode) is (ImportCommand.Done, ImportCommand.Done), first.Output);
        // 139 categories stand only in the paths of others, and products name 10 that no record has.
        Assert.Equal(
            "3291 products, version 1 to 1, 28800858 cents, 4733 categories of which 10 made, 1565 warehouses",
            await database.Read<string>(
                """
                select format('%s products, version %s to %s, %s cents, %s categories of which %s made, %s warehouses',
                    count(*), min(version), max(version), sum(price_amount),
                    (select count(*) from catalog.category),
                    (select count(*) from catalog.category where id like 'made-%'),
                    (select count(*) from inventory.warehouse))
                from catalog.product_view
                """));
    }
}
