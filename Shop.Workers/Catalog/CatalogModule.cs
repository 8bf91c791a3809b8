using Shop.Messaging.Hosting;

namespace Shop.Workers.Catalog;

internal static class CatalogModule
{
    /// <summary>The name of the connection string.</summary>
    public const string Database = "Catalog";

    public static void AddCatalog(this IHostApplicationBuilder builder) =>
        builder.AddDatabase<CatalogDbContext>(Database);
}
