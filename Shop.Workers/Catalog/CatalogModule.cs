using Microsoft.EntityFrameworkCore;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Shop.Workers.Catalog;

internal static class CatalogModule
{
    /// <summary>The connection string, and the key of its <see cref="NpgsqlDataSource"/>.</summary>
    public const string Database = "Catalog";

    public static IHostApplicationBuilder AddCatalog(this IHostApplicationBuilder builder)
    {
        var connectionString = builder.Configuration.GetConnectionString(Database)
            ?? throw new InvalidOperationException($"ConnectionStrings:{Database} is missing.");
        builder.Services.AddKeyedSingleton(Database, (_, _) => NpgsqlDataSource.Create(connectionString));
        builder.Services.AddDbContext<CatalogDbContext>((services, options) =>
            UseCatalog(options, services.GetRequiredKeyedService<NpgsqlDataSource>(Database)));
        return builder;
    }

    public static void UseCatalog(DbContextOptionsBuilder options, NpgsqlDataSource database) =>
        options.UseNpgsql(database, Configure).UseSnakeCaseNamingConvention();

    /// <summary>The model without a database, for the design-time tools.</summary>
    public static void UseCatalog(DbContextOptionsBuilder options) =>
        options.UseNpgsql(Configure).UseSnakeCaseNamingConvention();

    private static void Configure(NpgsqlDbContextOptionsBuilder npgsql) =>
        npgsql.MigrationsHistoryTable("__migrations", CatalogDbContext.Schema);
}
