using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Messaging.Hosting;
using Shop.Workers.Catalog;
using Shop.Workers.Import;
using Shop.Workers.Inventory;
using Xunit;

namespace Shop.IntegrationTests.Catalog;

/// <summary>A database with the schemas of catalogue and inventory, empty, and the import into it.</summary>
public sealed class CatalogDatabase : IAsyncLifetime
{
    private readonly TestDatabase _database = new();

    internal NpgsqlDataSource Source => _database.Source;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await using var catalog = OpenContext();
        await catalog.Database.MigrateAsync();
        await using var inventory = new InventoryDbContext(ContextOptions.Of<InventoryDbContext>(Source));
        await inventory.Database.MigrateAsync();
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    internal CatalogDbContext OpenContext() => new(ContextOptions.Of<CatalogDbContext>(Source));

    /// <summary>Runs the verb as the host does; returns its exit code and what it printed.</summary>
    internal async Task<(int ExitCode, string Output)> Import(params string[] arguments)
    {
        using var output = new StringWriter();
        using var maps = new CurrentWarehouseMap(TimeProvider.System);
        var command = new ImportCommand(
            Source,
            new StockIntake(Source, maps),
            output,
            TimeProvider.System);
        var exitCode = await command.Run(arguments, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString());
    }

    internal async Task<T> Read<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    internal async Task Run(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
