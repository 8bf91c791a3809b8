using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shop.Contracts;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;
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

    internal string ConnectionString => _database.ConnectionString;

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
            NewsOf(Source),
            output,
            TimeProvider.System);
        var exitCode = await command.Run(arguments, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString());
    }

    /// <summary>As in a process that is not connected to the broker.</summary>
    internal static ImportNews NewsOf(NpgsqlDataSource source)
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host("127.0.0.1");
            rabbit.Publish<IEvent>(topology => topology.Exclude = true);
        });
        var catalog = new Database<CatalogDbContext>(source, CatalogDbContext.Schema);
        var delivery = new OutboxDelivery<CatalogDbContext>(catalog, NullLogger<OutboxDelivery<CatalogDbContext>>.Instance);
        return new ImportNews(
            new MessageComposer(bus), new OutboxWriter<CatalogDbContext>(catalog, delivery, bus, TimeProvider.System));
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
