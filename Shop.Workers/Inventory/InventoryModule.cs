using Microsoft.EntityFrameworkCore;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Shop.Workers.Inventory;

internal static class InventoryModule
{
    /// <summary>The connection string, and the key of its <see cref="NpgsqlDataSource"/>.</summary>
    public const string Database = "Inventory";

    public static IHostApplicationBuilder AddInventory(this IHostApplicationBuilder builder)
    {
        var connectionString = builder.Configuration.GetConnectionString(Database)
            ?? throw new InvalidOperationException($"ConnectionStrings:{Database} is missing.");
        builder.Services.AddKeyedSingleton(Database, (_, _) => NpgsqlDataSource.Create(connectionString));
        builder.Services.AddDbContext<InventoryDbContext>((services, options) =>
            UseInventory(options, services.GetRequiredKeyedService<NpgsqlDataSource>(Database)));
        builder.Services.AddSingleton(services =>
            new CurrentWarehouseMap(services.GetService<TimeProvider>() ?? TimeProvider.System));
        return builder;
    }

    public static void UseInventory(DbContextOptionsBuilder options, NpgsqlDataSource database) =>
        options.UseNpgsql(database, Configure).UseSnakeCaseNamingConvention();

    /// <summary>The model without a database, for the design-time tools.</summary>
    public static void UseInventory(DbContextOptionsBuilder options) =>
        options.UseNpgsql(Configure).UseSnakeCaseNamingConvention();

    private static void Configure(NpgsqlDbContextOptionsBuilder npgsql) =>
        npgsql.MigrationsHistoryTable("__migrations", InventoryDbContext.Schema);
}
