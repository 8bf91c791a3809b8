using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shop.Contracts;
using Shop.Contracts.Catalog;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;
using Shop.Workers.Catalog;
using Shop.Workers.Import;
using Shop.Workers.Inventory;
using Shop.Workers.Reviews;
using Xunit;

namespace Shop.IntegrationTests.Catalog;

/// <summary>A database with the schemas of catalogue, inventory and reviews, empty, and the import into it.</summary>
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
        await using var reviews = new ReviewsDbContext(ContextOptions.Of<ReviewsDbContext>(Source));
        await reviews.Database.MigrateAsync();
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
        var (composer, outbox) = OutboxOf(source);
        return new ImportNews(composer, outbox);
    }

    /// <summary>What is delivered stays in the outbox.</summary>
    internal static (MessageComposer Composer, OutboxWriter<CatalogDbContext> Outbox) OutboxOf(NpgsqlDataSource source)
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host("127.0.0.1");
            rabbit.Publish<IEvent>(topology => topology.Exclude = true);
        });
        var catalog = new Database<CatalogDbContext>(source, CatalogDbContext.Schema);
        var delivery = new OutboxDelivery<CatalogDbContext>(catalog, NullLogger<OutboxDelivery<CatalogDbContext>>.Instance);
        return (new MessageComposer(bus), new OutboxWriter<CatalogDbContext>(catalog, delivery, bus, TimeProvider.System));
    }

    /// <summary>What reviews publish of a product from now on: so many fours and fives.</summary>
    internal Task Publish(string sku, int fours, int fives) => Run($"""
        insert into reviews.rating (sku, ones, twos, threes, fours, fives) values ('{sku}', 0, 0, 0, {fours}, {fives})
        on conflict (sku) do update set fours = excluded.fours, fives = excluded.fives
        """);

    /// <summary>As when it is told that these were rated.</summary>
    internal async Task<IReadOnlyList<ProductVersion>> TakeOverRatings(params string[] skus)
    {
        await using var connection = await Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var changed = await new Ratings(new ReadsDatabase(Source)).TakeOver(
            connection, skus, TestContext.Current.CancellationToken);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        return changed;
    }

    internal async Task<int> MendRatings()
    {
        var (composer, outbox) = OutboxOf(Source);
        return await new MendRatingsJob(
            new Database<CatalogDbContext>(Source, CatalogDbContext.Schema), new Ratings(new ReadsDatabase(Source)), outbox,
            composer, NullLogger<MendRatingsJob>.Instance).Mend(TestContext.Current.CancellationToken);
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
